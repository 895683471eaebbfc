import type { NodeConnectionType } from 'n8n-workflow';

/**
 * The value of `NodeConnectionTypes` of n8n-workflow 1.86 and newer. n8n could not load a node that reads it from an older one, and
 * the node could not say that this n8n is too old.
 */
export const MAIN: NodeConnectionType = 'main';
/** See {@link MAIN}. */
export const AI_TOOL: NodeConnectionType = 'ai_tool';
