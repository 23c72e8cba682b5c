import { SHORTCUTS } from "../data/shortcuts.ts";

/** Every key and what it does. */
export function ShortcutList() {
  return (
    <div class="shortcuts">
      {SHORTCUTS.map(({ title, keys }) => (
        <section key={title}>
          <h3>{title}</h3>
          <dl>
            {keys.map(([names, meaning]) => (
              <div class="shortcut" key={meaning}>
                <dt>
                  {names.map((name) => (
                    <kbd key={name}>{name}</kbd>
                  ))}
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
