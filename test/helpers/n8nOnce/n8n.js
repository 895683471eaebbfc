/** @type {{ core: () => object; workflow: () => object }} */
// @ts-expect-error a global of environment.cts
module.exports = loadN8n(require, module, __filename, __dirname);
