import { outcome } from '../simulator/index.cts';
import type { DecideOutcome } from '../simulator/world/world.cts';
import type { Outcome } from '../simulator/world/calls.cts';

const byLastDigit: Record<string, Outcome | undefined> = {
	4: outcome('no-answer', 30_000),
	6: outcome('busy', 6_000),
	8: outcome('failed', 3_000),
};
const answered = outcome('completed', 45_000);

/** The outcome of a call that the user makes in the demo. The last digit of the number decides, so that the user can choose. */
export const demoOutcome: DecideOutcome = ({ to }) => byLastDigit[to.slice(-1)] ?? answered;

export const explanation = `Calls that you make here end by themselves within a minute: a number that ends in 4 is not answered,
in 6 is busy, in 8 fails; all others are answered and talk for half a minute.`;
