import { render } from "preact";
import { App } from "./app.tsx";
import { followLinks, placeAddress } from "./location-state.ts";
import { rewriteLinks } from "./rewrite-links.ts";

rewriteLinks(placeAddress);
followLinks();
render(<App />, document.getElementById("app")!);
