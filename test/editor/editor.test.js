const { describe } = require('@jest/globals');
const { EditorStage } = require('../helpers/editor/editorStage');
const { testCredential } = require('./credential');
const { testDropDown } = require('./dropDown');
const { testNodeCreator } = require('./nodeCreator');
const { testPanels } = require('./panels');
const { testRun } = require('./run');

// One n8n for all of them: it takes longer to start than most of these tests.
const stage = new EditorStage();

describe('the list of nodes', () => testNodeCreator(stage));
describe('the panel', () => testPanels(stage));
describe('the list of agents', () => testDropDown(stage));
describe('the credential', () => testCredential(stage));
describe('a run', () => testRun(stage));
