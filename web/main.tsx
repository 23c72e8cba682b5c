import { render } from "preact";
import { App } from "./app.tsx";
import { followLinks } from "./location-state.ts";

followLinks();
render(<App />, document.getElementById("app")!);
