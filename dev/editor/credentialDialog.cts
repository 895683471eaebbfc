import type { Locator, Page } from 'playwright-core';
/** The dialog of a credential in n8n's editor. */
export class CredentialDialog {
	readonly dialog: Locator;

	/** @param page with the open dialog */
	constructor(page: Page) {
		this.dialog = page
			.getByRole('dialog')
			.filter({ has: page.getByTestId('credential-save-button') });
	}

	/** @param field name of the field */
	async fill(field: string, value: string) {
		await this.dialog.getByTestId(`parameter-input-${field}`).locator('input').fill(value);
	}

	/** Saves the credential, which also tests it. */
	async save() {
		await this.dialog.getByTestId('credential-save-button').click();
	}
}
