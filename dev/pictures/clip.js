/** @typedef {{ x: number, y: number, width: number, height: number }} Box in CSS pixels */

/**
 * Takes a picture of all visible elements of a locator, with a margin around them.
 *
 * @param {import('playwright-core').Page} page
 * @param {import('playwright-core').Locator} elements
 * @param {{ file: string, margin: number }} options `margin` in CSS pixels
 */
async function takePicture(page, elements, { file, margin }) {
	const visible = await elements.filter({ visible: true }).all();
	const boxes = await Promise.all(visible.map((each) => each.boundingBox()));
	const clip = around(
		boxes.filter((box) => box !== null),
		margin,
	);
	await page.screenshot({ path: file, clip, animations: 'disabled' });
}

/**
 * @param {Box[]} boxes
 * @param {number} margin
 * @returns {Box} the smallest box with whole pixels around the others
 */
function around(boxes, margin) {
	const x = Math.floor(Math.min(...boxes.map((box) => box.x)) - margin);
	const y = Math.floor(Math.min(...boxes.map((box) => box.y)) - margin);
	const right = Math.ceil(Math.max(...boxes.map((box) => box.x + box.width)) + margin);
	const bottom = Math.ceil(Math.max(...boxes.map((box) => box.y + box.height)) + margin);
	return { x, y, width: right - x, height: bottom - y };
}

module.exports = { takePicture };
