/** @typedef {import('./calls').FinalStatus} FinalStatus */
/** @typedef {Pick<import('./calls').NewCall, 'ringsAfterMs' | 'answeredAfterMs' | 'endsAfterMs' | 'endsAs'>} Outcome */

/**
 * The times of a call that proceeds by itself: it rings after a tenth of its time unless it fails, and is answered after a third if it
 * is completed.
 *
 * @param {FinalStatus} endsAs
 * @param {number} endsAfterMs
 * @returns {Outcome}
 */
function outcome(endsAs, endsAfterMs) {
	return {
		...(endsAs !== 'failed' && { ringsAfterMs: endsAfterMs / 10 }),
		...(endsAs === 'completed' && { answeredAfterMs: endsAfterMs / 3 }),
		endsAfterMs,
		endsAs,
	};
}

module.exports = { outcome };
