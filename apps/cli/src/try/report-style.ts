export const reportStyle = `
:root { color-scheme: light dark; --text: #1b2026; --quiet: #59636e; --page: #fff; --line: #d5dae0; --soft: #f4f6f8;
  --accent: #2456c7; --warn: #a8500b; --training: #0d7d74; --validation: #2456c7; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e8ec; --quiet: #9aa5b1; --page: #14181d; --line: #343c46; --soft: #1d232a;
  --accent: #8fb1ff; --warn: #f0a35e; --training: #4cc9b8; --validation: #8fb1ff; } }
* { box-sizing: border-box; }
body { font: 16px/1.55 system-ui, sans-serif; margin: 0; color: var(--text); background: var(--page); }
main { max-width: 76rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; }
p { max-width: 46rem; }
.lock, .warning { border: 1px solid var(--line); border-left: .3rem solid var(--accent); border-radius: .3rem; padding: .8rem 1rem;
  background: var(--soft); }
.warning { border-left-color: var(--warn); }
.quiet, figcaption, small { color: var(--quiet); }
.wide { overflow-x: auto; background: linear-gradient(90deg, var(--page) 40%, transparent) left / 2.5rem 100% no-repeat local,
  linear-gradient(270deg, var(--page) 40%, transparent) right / 2.5rem 100% no-repeat local,
  linear-gradient(90deg, var(--line), transparent) left / .8rem 100% no-repeat scroll,
  linear-gradient(270deg, var(--line), transparent) right / .8rem 100% no-repeat scroll; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .875rem; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--quiet); font-weight: 600; vertical-align: bottom; }
.n { text-align: right; }
.best td { background: var(--soft); font-weight: 600; }
code, pre { font: .85rem/1.45 ui-monospace, SFMono-Regular, Menlo, monospace; overflow-wrap: anywhere; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: .3rem; padding: 1rem; overflow-x: auto; }
summary { cursor: pointer; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: 1.5rem; }
figure { margin: 0; }
figcaption { font-size: .85rem; }
svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--quiet); font-size: 11px; }
svg .frame { stroke: var(--line); stroke-width: 1; }
path { fill: none; stroke-width: 2; stroke-linejoin: round; }
path.training { stroke: var(--training); stroke-dasharray: 4 3; } path.validation { stroke: var(--validation); }
span.training { color: var(--training); } span.validation { color: var(--validation); }
.bar { display: inline-block; height: .8rem; background: var(--validation); border-radius: .15rem; }
@media print { .wide { overflow: visible; } details > * { display: block; } }
`;
