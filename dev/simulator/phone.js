/**
 * @param {string} text
 * @returns {boolean} whether the text is a phone number in E.164, which the API requires
 */
const isE164 = (text) => /^\+[1-9]\d{1,14}$/.test(text);

module.exports = { isE164 };
