const { validationFailed } = require('../envelopes');
const { pagingErrors, showPage } = require('../paging');

/** @typedef {import('../routes').Endpoint} Endpoint */

const choices = {
	status: ['draft', 'published', 'unpublished'],
	direction: ['inbound', 'outbound'],
};

/** @type {Endpoint} */
module.exports = ({ query }, { environment, pageInfoKey }) => {
	const { status, direction, search = '' } = query;
	const errors = { ...choiceErrors(query), ...pagingErrors(query) };
	if (Object.keys(errors).length) return validationFailed(errors);

	const agents = environment.agents.filter(
		(agent) =>
			(!status || agent.current_status === status) &&
			(!direction || agent.direction === direction) &&
			[agent.name, agent.label].some((text) => text.toLowerCase().includes(search.toLowerCase())),
	);
	return { status: 200, body: showPage(agents, query, pageInfoKey) };
};

/** @param {Record<string, string>} query */
function choiceErrors(query) {
	const wrong = Object.entries(choices).filter(
		([field, allowed]) => query[field] && !allowed.includes(query[field]),
	);
	return Object.fromEntries(wrong.map(([field]) => [field, [`The selected ${field} is invalid.`]]));
}
