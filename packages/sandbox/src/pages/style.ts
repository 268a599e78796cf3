/** How the sandbox's pages look, in light and dark, and the policy that admits nothing else. */
import { createHash } from "node:crypto"

/** @internal */
export const style = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1b1f24, #e4e8ec);
  --soft: light-dark(#57606a, #9aa5b1);
  --line: light-dark(#d0d7de, #343b44);
  --paper: light-dark(#ffffff, #14181d);
  --panel: light-dark(#f5f7f9, #1d232a);
  --accent: light-dark(#0a58ca, #7db3ff);
  --good: light-dark(#11632b, #6fd08c);
  --warn: light-dark(#8a4600, #f0b072);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 62rem;
  font: 1rem/1.6 system-ui, sans-serif; color: var(--text); background: var(--paper);
}
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
p { margin: .5rem 0; max-width: 46rem; }
a { color: var(--accent); text-underline-offset: .15em; }
a:focus-visible, button:focus-visible, summary:focus-visible, select:focus-visible,
input:focus-visible, pre:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
code, pre { font: .9em/1.5 ui-monospace, Menlo, Consolas, monospace; }
pre {
  padding: .8rem 1rem; overflow-x: auto; background: var(--panel);
  border: 1px solid var(--line); border-radius: .5rem;
}
table { border-collapse: collapse; width: 100%; margin: .75rem 0; }
.wide { overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dt { color: var(--soft); } dd { margin: 0; } dd, li, summary { overflow-wrap: anywhere; }
@media (max-width: 36rem) { dl { display: block; } dd { margin-bottom: .5rem; } }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; }
details > summary { padding: .55rem .9rem; cursor: pointer; }
details > :not(summary) { margin-left: .9rem; margin-right: .9rem; }
details[open] > summary { border-bottom: 1px solid var(--line); margin-bottom: .5rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; list-style: none; }
button, select, input { max-width: 100%; font: inherit; color: inherit; padding: .5rem .9rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--panel); }
button { cursor: pointer; }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--paper); font-weight: 600; }
fieldset { border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0; }
label { display: block; margin: .35rem 0; }
.soft { color: var(--soft); } .good { color: var(--good); } .warn { color: var(--warn); }
.method { display: inline-block; min-width: 4.6rem; font-weight: 700; }
.skip { position: absolute; left: -100vw; } .skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .5rem; }
`

const digest = createHash("sha256").update(style).digest("base64")

/** @internal */
export const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${digest}'; img-src data:; base-uri 'none'; frame-ancestors 'none'`
