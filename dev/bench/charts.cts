import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { init } from 'echarts';
import { project } from '../n8n/pack.cts';

export const PICTURES = path.join(project, 'docs/pictures');

const OURS = '#6d4aff';
const OTHERS = '#9aa3af';
const TEXT = '#1f2937';

interface Bar {
	name: string;
	value: number;
	/** What stands at its end. */
	label: string;
	isOurs: boolean;
}

/** What `result.json` has, as far as the charts show it. */
export interface Results {
	lookups: { rows: Array<{ size: number; node: string; ratio: number; medianMs: number }> };
	atOnce: { rows: Array<{ node: string; medianMs: number; requests: number }> };
}

/** @returns the charts of the documentation as SVG, by file name */
export function drawCharts({ lookups, atOnce }: Results): Record<string, string> {
	const speed = lookups.rows
		.filter(({ size }) => size === 1000)
		.map(({ node, ratio, medianMs }) => bar(node, medianMs, `${ratio} ×`));
	const requests = atOnce.rows.map(({ node, requests: sent }) =>
		bar(node, sent, `${sent} requests: ${minutes(sent)}`),
	);
	return {
		'lookups.svg': chart('Time to look up 1,000 contacts, without a rate limit', speed),
		'rate-limit.svg': chart(
			'Who of 1,000 contacts is on a call? On the Standard plan, 100 requests a minute',
			requests,
		),
	};
}

/** Draws the charts of the documentation from the results. */
export async function writeCharts(results: Results): Promise<void> {
	for (const [name, svg] of Object.entries(drawCharts(results))) {
		await writeFile(path.join(PICTURES, name), svg);
	}
}

function bar(name: string, value: number, label: string): Bar {
	return { name, value, label, isOurs: name.startsWith('Talkover') };
}

/** How long so many requests take on the Standard plan: the first 100 may be sent at once. */
function minutes(requests: number): string {
	const waited = Math.ceil(requests / 100) - 1;
	return waited === 0 ? 'seconds' : `${waited} minutes`;
}

function chart(title: string, bars: Bar[]): string {
	const size = { width: 760, height: 70 + 44 * bars.length };
	const picture = init(null, null, { renderer: 'svg', ssr: true, ...size });
	picture.setOption({
		animation: false,
		backgroundColor: '#ffffff',
		title: { text: title, left: 16, top: 14, textStyle: { fontSize: 15, color: TEXT } },
		grid: { left: 250, right: 190, top: 52, bottom: 12 },
		xAxis: { type: 'value', show: false },
		yAxis: {
			type: 'category',
			inverse: true,
			data: bars.map(({ name }) => name),
			axisLine: { show: false },
			axisTick: { show: false },
			axisLabel: { color: TEXT, fontSize: 13 },
		},
		series: [
			{
				type: 'bar',
				barWidth: 22,
				data: bars.map(({ value, label, isOurs }) => ({
					value,
					itemStyle: { color: isOurs ? OURS : OTHERS, borderRadius: 3 },
					label: { show: true, position: 'right', formatter: label, color: TEXT, fontSize: 13 },
				})),
			},
		],
	});
	const svg = picture.renderToSVGString();
	picture.dispose();
	return `${svg}\n`;
}
