/** The dialog of a credential in n8n's editor. */
class CredentialDialog {
	/** @param {import('playwright-core').Page} page with the open dialog */
	constructor(page) {
		this.dialog = page
			.getByRole('dialog')
			.filter({ has: page.getByTestId('credential-save-button') });
	}

	/**
	 * @param {string} field name of the field
	 * @param {string} value
	 */
	async fill(field, value) {
		await this.dialog.getByTestId(`parameter-input-${field}`).locator('input').fill(value);
	}

	/** Saves the credential, which also tests it. */
	async save() {
		await this.dialog.getByTestId('credential-save-button').click();
	}
}

module.exports = { CredentialDialog };
