/** Colours of the classes in light and dark; each passes 4.5:1 on its background, and none is told by colour alone. */
export const reviewStyle = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--soft:#57606a;--line:#d0d7de;--card:#f6f8fa;--opens:#b42318;--weakens:#a14a00;--moves:#5b3cc4;--closes:#0a6b5d;--strengthens:#1a6f2c;--neutral:#57606a;--plus:#dafbe1;--minus:#ffebe9}
@media (prefers-color-scheme:dark){:root{--bg:#12161c;--fg:#e6e9ee;--soft:#9aa4b2;--line:#333c49;--card:#1a2029;--opens:#ff8a7a;--weakens:#f0a35e;--moves:#b3a1ff;--closes:#5fd3c0;--strengthens:#7ad18b;--neutral:#9aa4b2;--plus:#12351f;--minus:#47191b}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1240px;padding:24px;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}
h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:28px 0 8px}header p,footer{color:var(--soft)}
code,pre{font-family:ui-monospace,Consolas,monospace;font-size:.87em}
.pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(420px,1fr));gap:16px;margin-top:16px}
.pictures>p{grid-column:1/-1;margin:0}
figure{margin:0;border:1px solid var(--line);border-radius:8px;padding:8px;background:var(--card)}
figcaption{font-weight:600;padding:0 4px 6px}
.picture{display:block;width:100%;height:auto}
.legend{grid-column:1/-1;display:flex;flex-wrap:wrap;gap:6px 14px;list-style:none;margin:0;padding:0;color:var(--soft)}
.class{display:inline-block;min-width:84px;padding:0 8px;border:1px solid currentColor;border-radius:10px;font-size:.8em;font-weight:600;text-align:center}
.class.opens,.badge.opens{color:var(--opens)}.class.weakens,.badge.weakens{color:var(--weakens)}.class.moves,.badge.moves{color:var(--moves)}.class.closes,.badge.closes{color:var(--closes)}.class.strengthens,.badge.strengthens{color:var(--strengthens)}.class.neutral,.badge.neutral{color:var(--neutral)}
.summary{list-style:none;margin:16px 0 0;padding:0}.summary>li{display:grid;grid-template-columns:104px 60px 1fr;column-gap:8px;align-items:baseline;margin:5px 0}a{color:inherit}
.grade{font-size:.87em;font-weight:600}.layer{color:var(--soft);font-size:.87em}
.edit{border:1px solid var(--line);border-radius:8px;margin:8px 0;padding:8px 12px;background:var(--card)}
summary{cursor:pointer}summary:focus-visible{outline:2px solid var(--moves);outline-offset:2px;border-radius:4px}
.edit>ul{margin:8px 0;padding:0;list-style:none}.edit>ul>li{display:grid;grid-template-columns:104px 82px 1fr;column-gap:8px;align-items:baseline;margin:5px 0}.details{grid-column:3;color:var(--soft);margin:2px 0;padding-left:18px}
pre{overflow-x:auto;border:1px solid var(--line);border-radius:6px;padding:8px;background:var(--bg)}
.gap{color:var(--soft)}.line.added{background:var(--plus)}.line.removed{background:var(--minus)}
.box{fill:var(--bg);stroke:var(--line)}.box.zone{stroke-width:1.5}.box.namespace{fill:var(--bg);fill-opacity:.6}.box.external{stroke-dasharray:4 3}
.box.opens{stroke:var(--opens)}.box.weakens{stroke:var(--weakens)}.box.moves{stroke:var(--moves)}.box.closes{stroke:var(--closes)}.box.strengthens{stroke:var(--strengthens)}.box.added,.box.removed,.box.changed{stroke-width:2.5}.box.removed{stroke-dasharray:2 3}.box.added{stroke-dasharray:none}
.label{fill:var(--fg);font:12px system-ui,sans-serif}.label.zone{font-weight:600}.rest{fill:var(--soft);font:11px system-ui,sans-serif}
.flow{fill:none;stroke:var(--soft);stroke-opacity:.45;stroke-width:1.2}.tip path{fill:var(--soft);fill:context-stroke}
.flow.added,.flow.removed,.flow.changed{stroke-opacity:1;stroke-width:2.4}.flow.removed{stroke-dasharray:5 4}
.flow.opens{stroke:var(--opens)}.flow.weakens{stroke:var(--weakens)}.flow.moves{stroke:var(--moves)}.flow.closes{stroke:var(--closes)}.flow.strengthens{stroke:var(--strengthens)}
.badge circle{fill:var(--bg);stroke:currentColor;stroke-width:1.6}.badge text{fill:currentColor;font:700 12px system-ui,sans-serif;text-anchor:middle}
@media print{body{max-width:none;padding:0;font-size:11px}.edit,figure{break-inside:avoid}.objects{display:none}.pictures{grid-template-columns:1fr 1fr}}
@media (max-width:520px){.pictures{grid-template-columns:1fr}}
`;
