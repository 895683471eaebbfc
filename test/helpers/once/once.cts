/** A global of environment.cts. */
declare const loadOnce: <T>(name: string, load: () => T) => T;

/**
 * Loads a module for the first test file of a process that needs it, and keeps it for the later ones.
 *
 * @param load takes the module by a path that jest.config.js does not map
 */
export = loadOnce;
