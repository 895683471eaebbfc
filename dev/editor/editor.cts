import type { Locator, Page } from 'playwright-core';
import { CredentialDialog } from './credentialDialog.cts';

/**
 * One page of n8n's editor (2.41.1), with the steps of a person as methods. It finds things by the attribute data-test-id, which n8n has
 * for its own tests, or by the words that a person reads. A step that cannot be done fails after the timeout of the page.
 */
export class Editor {
	/** What the page has written to the console as errors, and exceptions that nobody caught. */
	errors: string[] = [];

	/**
	 * @param page of a context that is signed in
	 * @param url of the editor
	 */
	constructor(
		readonly page: Page,
		readonly url: string,
	) {
		page.on('pageerror', (error) => this.errors.push(String(error)));
		page.on('console', (message) => {
			const { url: from } = message.location();
			// The pages of the demo reach no other server, which n8n reports as an error.
			if (message.type() === 'error' && from.startsWith(url)) {
				this.errors.push(`${message.text()} ${from}`);
			}
		});
	}

	/** The panel of the open node. */
	get panel() {
		return this.page.getByTestId('ndv');
	}

	/** The fields in the panel of the open node. */
	get parameters() {
		return this.panel.getByTestId('node-parameters');
	}

	async openWorkflow(workflowId: string) {
		await this.page.goto(`${this.url}/workflow/${workflowId}`);
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	/** Opens an empty workflow and the list of nodes. */
	async openNodeCreator() {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.page.getByTestId('canvas-plus-button').click();
	}

	/** @param word typed into the search of the list of nodes */
	async search(word: string) {
		await this.page.getByTestId('node-creator-search-bar').fill(word);
	}

	/** Adds a community node from the list, which opens its panel. */
	async addNode(name: string) {
		await this.entry(name).click();
		await this.page.getByRole('button', { name: 'Add to workflow' }).click();
		await this.parameters.waitFor();
	}

	/** @param name of a node in the list of nodes */
	entry(name: string): Locator {
		const names = this.page.getByTestId('node-creator').getByTestId('node-creator-item-name');
		return names.getByText(name, { exact: true });
	}

	/** @param name of a node on the canvas */
	node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	/**
	 * @param name of a node
	 * @returns the texts on the connections to the next nodes, such as "2 items"
	 */
	connectionsOf(name: string): Locator {
		return this.page.locator(`[data-test-id="edge-label"][data-source-node-name="${name}"]`);
	}

	/**
	 * The connections of a node as the canvas shows them. Each output must have one.
	 *
	 * @param name of the node
	 * @returns for each output: its name, the name of the next node, and the text on the connection, such as
	 * "2 items"
	 */
	async connections(name: string): Promise<string[][]> {
		const outputs = this.page.locator(
			`[data-test-id="canvas-node-output-handle"][data-node-name="${name}"]`,
		);
		const names = await outputs.allInnerTexts();
		const connections = this.connectionsOf(name);
		const texts = await connections.allInnerTexts();
		const targets = await Promise.all(
			(await connections.all()).map((each) => each.getAttribute('data-target-node-name')),
		);
		return names.map((output, index) => [output, targets[index] ?? '', texts[index]]);
	}

	/** @param name of a node on the canvas */
	async openPanel(name: string) {
		await this.node(name).dblclick();
		await this.parameters.waitFor();
	}

	async closePanel() {
		await this.page.keyboard.press('Escape');
		await this.panel.waitFor({ state: 'hidden' });
	}

	/**
	 * @param name of a parameter
	 * @returns its input in the open panel
	 */
	parameter(name: string): Locator {
		return this.parameters.getByTestId(`parameter-input-${name}`);
	}

	/** @returns the names of the fields that the open panel shows, and its notices */
	async fields(): Promise<string[]> {
		const items = this.parameters.getByTestId('parameter-item').filter({ visible: true });
		const texts = await items.allInnerTexts();
		// The first item has the credential, too. After its name, a field has its value.
		return texts.map((text) =>
			text
				.replace(/^Credential\n/, '')
				.split('\n')[0]
				.trim(),
		);
	}

	/**
	 * Opens a parameter's drop-down in the open panel.
	 *
	 * @param name of the parameter
	 * @returns its entries
	 */
	async openDropDown(name: string): Promise<Locator> {
		await this.parameter(name).click();
		const entries = this.page.getByRole('option').filter({ visible: true });
		await entries.first().waitFor();
		return entries;
	}

	/**
	 * Chooses an entry of a parameter's drop-down in the open panel.
	 *
	 * @param name of the parameter
	 */
	async choose(name: string, entry: string) {
		const entries = await this.openDropDown(name);
		await entries.filter({ has: this.page.getByText(entry, { exact: true }) }).click();
	}

	/**
	 * @param name of a resource locator
	 * @returns its input in the open panel
	 */
	list(name: string): Locator {
		return this.parameters.getByTestId(`resource-locator-${name}`).getByTestId('rlc-input');
	}

	/**
	 * Opens the drop-down of a resource locator, and waits for its first page.
	 *
	 * @returns its entries and its search
	 */
	async openList(name: string): Promise<{ items: Locator; search: Locator }> {
		await this.list(name).click();
		const items = this.page.getByTestId('rlc-item').filter({ visible: true });
		await items.first().waitFor();
		return { items, search: this.page.getByTestId('rlc-search') };
	}

	/**
	 * Makes the input in the open panel narrower, so that the output has more room.
	 *
	 * @param width in CSS pixels
	 */
	async narrowInput(width: number) {
		const { x: left } = await boxOf(this.panel);
		const { x: edge } = await boxOf(this.parameters);
		const handle = await boxOf(this.panel.getByTestId('panel-drag-button'));
		const x = handle.x + handle.width / 2;
		const y = handle.y + handle.height / 2;
		const { mouse } = this.page;
		await mouse.move(x, y);
		await mouse.down();
		await mouse.move(x - (edge - left - width), y, { steps: 10 });
		await mouse.up();
	}

	/** Opens the dialog for a new credential of the node whose panel is open. */
	async openNewCredential() {
		await this.page.getByTestId('node-credentials-select').click();
		await this.page.getByTestId('node-credentials-select-item-new').click();
		return new CredentialDialog(this.page);
	}

	/** Opens the dialog for the credential of the node whose panel is open. */
	async openCredential() {
		await this.page.getByTestId('credential-edit-button').click();
		return new CredentialDialog(this.page);
	}

	/** @returns the tabs above the output in the open panel, such as "Active Branch (2 items)" */
	async outputTabs(): Promise<string[]> {
		return await this.panel.getByTestId('output-panel').getByRole('tab').allInnerTexts();
	}

	/** Runs the workflow with the button. */
	async executeWorkflow() {
		await this.page.getByTestId('execute-workflow-button').click();
	}

	/** Publishes the workflow with the button, and waits until n8n says so. */
	async publish() {
		await this.page.getByTestId('workflow-open-publish-modal-button').click();
		await this.page.getByTestId('workflow-publish-button').click();
		await this.page.getByText('Workflow published', { exact: true }).waitFor();
		await this.page.getByRole('button', { name: 'Got it' }).click();
	}

	/** Changes to the tab Executions. */
	async openExecutions() {
		await this.page.getByTestId('radio-button-executions').click();
	}
}

/**
 * @param locator of a visible element
 * @returns its place in the window, in CSS pixels
 */
async function boxOf(locator: Locator) {
	await locator.waitFor();
	return (await locator.boundingBox()) as NonNullable<Awaited<ReturnType<Locator['boundingBox']>>>;
}
