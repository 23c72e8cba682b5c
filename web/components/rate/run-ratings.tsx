import type { RatingSessions } from "../../../src/server/api.ts";
import { navigate } from "../../location-state.ts";
import { CopyLine } from "../copy-line.tsx";
import { SafeText } from "../safe-text.tsx";

type Session = RatingSessions["sessions"][number];

/** The sessions of one run, with who rates. */
export function RunRatings(props: {
  readonly run: string;
  readonly name: string;
  readonly sessions: readonly Session[];
  readonly writable: boolean;
}) {
  const { run, name, sessions, writable } = props;
  return (
    <section class="card run-lists" aria-labelledby={`ratings-of-${run}`}>
      <h2 id={`ratings-of-${run}`}>{name}</h2>
      {sessions.map((session) => (
        <SessionEntry key={session.name} run={run} session={session} writable={writable} />
      ))}
      <p class="note">{sessions.length === 0 ? "Nothing is prepared yet. This draws a sample:" : "Another sample:"}</p>
      <CopyLine
        what="Command"
        text={`monosem rate --run ${name}${sessions.length === 0 ? "" : " --session NAME --seed N"}`}
      />
    </section>
  );
}

function SessionEntry({ run, session, writable }: { run: string; session: Session; writable: boolean }) {
  const { name, units, raters } = session;
  const address = `/rate/${run}/${name}`;
  const isOver = raters.length > 0 && raters.every(({ done }) => done === units);
  return (
    <div class="rating-session">
      <h3>
        {name} <span class="note">{units} units</span>
      </h3>
      <ul class="list-links">
        {raters.map(({ rater, done }) => (
          <li key={rater}>
            <a href={`${address}?rater=${encodeURIComponent(rater)}`}>
              <SafeText text={rater} />
            </a>
            <span class="note">{done === units ? "done" : `${done} of ${units} done`}</span>
          </li>
        ))}
      </ul>
      {writable ? <RaterForm address={address} /> : <p class="note">This server is read only: nothing can be rated.</p>}
      {isOver && (
        <p>
          <a href={`${address}/report`}>What came out of {name}</a>
        </p>
      )}
    </div>
  );
}

function RaterForm({ address }: { readonly address: string }) {
  return (
    <form
      class="label-form"
      onSubmit={(event) => {
        event.preventDefault();
        const rater = new FormData(event.currentTarget).get("rater")?.toString().trim() ?? "";
        if (rater !== "") navigate(`${address}?rater=${encodeURIComponent(rater)}`);
      }}
    >
      <input name="rater" aria-label="Your name" placeholder="Your name" maxLength={40} required autocomplete="name" />
      <button type="submit" class="button">
        Rate
      </button>
    </form>
  );
}
