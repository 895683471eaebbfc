import { describe } from '@jest/globals';
import { EditorStage } from '../helpers/editor/editorStage.cts';
import { testCredential } from './credential.cts';
import { testDropDown } from './dropDown.cts';
import { testNodeCreator } from './nodeCreator.cts';
import { testPanels } from './panels.cts';
import { testRun } from './run.cts';

// One n8n for all of them: it takes longer to start than most of these tests.
const stage = new EditorStage();

describe('the list of nodes', () => testNodeCreator(stage));
describe('the panel', () => testPanels(stage));
describe('the list of agents', () => testDropDown(stage));
describe('the credential', () => testCredential(stage));
describe('a run', () => testRun(stage));
