module.exports = require('./n8n').workflow();
