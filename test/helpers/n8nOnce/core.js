module.exports = require('./n8n').core();
