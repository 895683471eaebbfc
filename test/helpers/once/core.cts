import n8n = require('./n8n.cts');

export = n8n.core();
