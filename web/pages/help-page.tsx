import type { RunSummary } from "../../src/server/api.ts";
import { Toggle } from "../components/segments.tsx";
import { ShortcutList } from "../components/shortcut-list.tsx";
import { chooseStart } from "../data/choose-start.ts";
import { fetchJson } from "../data/fetch-data.ts";
import { GLOSSARY } from "../data/glossary.ts";
import { shortcuts } from "../data/preferences.ts";
import { TOUR, tourAddress } from "../data/tour.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";

/** What the words mean, which keys do something, and where to begin. */
export function HelpPage() {
  useTitle("Help");
  const resource = useResource("runs", (signal) => fetchJson<{ runs: RunSummary[] }>("/api/runs", signal));
  const start = chooseStart(resource.value?.runs ?? []);
  return (
    <>
      <div class="page-head">
        <h1>Help</h1>
        <p class="lead">
          Everything here was computed on the machine that serves it. Nothing is sent anywhere: no text, no label, no
          statistics of use.
        </p>
      </div>
      <div class="help-columns">
        <div class="column">
          <section class="card" aria-labelledby="tour-title">
            <h2 id="tour-title">A tour in five steps</h2>
            <ol class="tour-list">
              {TOUR.map(({ title, text }, step) => (
                <li key={title}>
                  <b>{start === undefined ? title : <a href={tourAddress(step, start.id, 0)}>{title}</a>}</b>
                  <p class="note">{text}</p>
                </li>
              ))}
            </ol>
            {start !== undefined && (
              <a class="button primary" href={tourAddress(0, start.id, 0)}>
                Start the tour
              </a>
            )}
          </section>
          <KeyHelp />
        </div>
        <section class="card" aria-labelledby="words-title">
          <h2 id="words-title">Words</h2>
          <dl class="glossary">
            {GLOSSARY.map(([word, meaning]) => (
              <div key={word}>
                <dt>{word}</dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </>
  );
}

function KeyHelp() {
  return (
    <section class="card" aria-labelledby="keys-title">
      <div class="card-head">
        <h2 id="keys-title">Keys</h2>
        <Toggle
          title="single keys do something"
          hint="Switch off if you use speech input or keys by accident; Escape stays"
          checked={shortcuts.value === "on"}
          onChange={(on) => {
            shortcuts.value = on ? "on" : "off";
          }}
        />
      </div>
      <ShortcutList />
    </section>
  );
}
