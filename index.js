// n8n finds the node and the credential through the "n8n" section of package.json; there is nothing to import here.
module.exports = {};
