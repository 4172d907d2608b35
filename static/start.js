// Starts what is nicer with scripts; every page works without this file.
// The address of the component library comes from the page, because published static files carry a digest in their names.
const library = document.querySelector("link[rel=modulepreload]");
const { createAll, Button, ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink } = await import(library.href);

for (const component of [Button, ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink]) createAll(component);
