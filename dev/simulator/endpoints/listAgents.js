const { directions } = require('../calls');
const { validationFailed } = require('../envelopes');
const { choiceErrors } = require('../filters');
const { pagingErrors, showPage } = require('../paging');

/** @typedef {import('../routes').Endpoint} Endpoint */

const choices = {
	status: ['draft', 'published', 'unpublished'],
	direction: directions,
};

/** @type {Endpoint} */
module.exports = ({ query }, { environment, pageInfoKey }) => {
	const { status, direction, search = '' } = query;
	const errors = { ...choiceErrors(query, choices), ...pagingErrors(query) };
	if (Object.keys(errors).length) return validationFailed(errors);

	const agents = environment.agents.filter(
		(agent) =>
			(!status || agent.current_status === status) &&
			(!direction || agent.direction === direction) &&
			[agent.name, agent.label].some((text) => text.toLowerCase().includes(search.toLowerCase())),
	);
	return { status: 200, body: showPage(agents, query, pageInfoKey) };
};
