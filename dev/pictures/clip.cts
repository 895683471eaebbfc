import type { Locator, Page } from 'playwright-core';
/** In CSS pixels. */
export type Box = { x: number; y: number; width: number; height: number };

/**
 * Takes a picture of all visible elements of a locator, with a margin around them.
 *
 * @param options `margin` in CSS pixels
 */
export async function takePicture(
	page: Page,
	elements: Locator,
	{ file, margin }: { file: string; margin: number },
) {
	const visible = await elements.filter({ visible: true }).all();
	const boxes = await Promise.all(visible.map((each) => each.boundingBox()));
	const clip = around(
		boxes.filter((box) => box !== null),
		margin,
	);
	await page.screenshot({ path: file, clip, animations: 'disabled' });
}

/** @returns the smallest box with whole pixels around the others */
function around(boxes: Box[], margin: number): Box {
	const x = Math.floor(Math.min(...boxes.map((box) => box.x)) - margin);
	const y = Math.floor(Math.min(...boxes.map((box) => box.y)) - margin);
	const right = Math.ceil(Math.max(...boxes.map((box) => box.x + box.width)) + margin);
	const bottom = Math.ceil(Math.max(...boxes.map((box) => box.y + box.height)) + margin);
	return { x, y, width: right - x, height: bottom - y };
}
