/**
 * @param {string} text
 * @returns {boolean} whether the text is a phone number as the API wants it, E.164
 */
const isE164 = (text) => /^\+[1-9]\d{1,14}$/.test(text);

module.exports = { isE164 };
