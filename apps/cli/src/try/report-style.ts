export const reportStyle = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --training: #7a8; --validation: #36c; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 68rem; margin: 0 auto; padding: 2rem 1rem; }
.lock { border: 1px solid var(--line); border-left: .3rem solid #36c; padding: .8rem 1rem; background: var(--soft); }
.warning { border-left: .3rem solid #c60; padding-left: 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
th, td { text-align: left; padding: .25rem .7rem .25rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
code, pre { font: .85rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { background: var(--soft); padding: 1rem; overflow-x: auto; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1rem; }
figure { margin: 0; }
figcaption { font-size: .85rem; }
svg { width: 100%; height: auto; }
svg text { fill: currentColor; font-size: 11px; }
path.training { stroke: var(--training); } path.validation { stroke: var(--validation); }
span.training { color: var(--training); } span.validation { color: var(--validation); }
path { fill: none; stroke-width: 2; }
.bar { display: inline-block; height: .8rem; background: var(--validation); }
`;
