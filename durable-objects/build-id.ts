/** Which build runs. The bundler puts the commit here; a build without one says so. */

declare const POLY_EDGE_BUILD_ID: string | undefined;

export const BUILD_ID = typeof POLY_EDGE_BUILD_ID === 'string' ? POLY_EDGE_BUILD_ID : 'unversioned';
