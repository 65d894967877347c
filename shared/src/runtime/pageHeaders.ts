/**
 * Settings of helmet for pages: everything that they need comes from where they come from, and they show what strangers
 * sent.
 *
 * @param directives what a page needs beside that, e.g. `{ mediaSrc: ["'self'"] }`
 */
export const pageHeaders = (directives: Readonly<Record<string, readonly string[]>> = {}) => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      ...directives,
    },
  },
  // Pages are served by http; whoever puts TLS in front of them says this for the whole name.
  strictTransportSecurity: false,
});
