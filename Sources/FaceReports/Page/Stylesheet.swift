/// The page's look. No URL, no `<` and no `&`, so that the page stays self-contained and parses as XML.
///
/// Series colors are after Okabe and Ito, "Color Universal Design" (2008), ordered for contrast with each background, and darker on
/// light ones where theirs would fall below 3 : 1.
enum Stylesheet {
  static let css = "\n" + [tokens, page, text, data, pictures, charts, adaptive].joined(separator: "\n") + "\n"

  private static let tokens = """
    :root { color-scheme: light dark;
      --paper: #ffffff; --raised: #f6f6f4; --ink: #191b1f; --soft: #5a606b; --line: #e2e3e5; --grid: #ececee; --shade: rgb(0 0 0 / .22);
      --accent: #0068a3; --good: #00704f; --bad: #b34700; --warn: #8f5f00;
      --s1: #0072b2; --s2: #d55e00; --s3: #009e73; --s4: #c26a9b; --s5: #40444c; --s6: #b37a00; --s7: #2b8fc9;
      --for-text: #b34700; --against-text: #0068a3;
      --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial,
        sans-serif;
      --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
    @media (prefers-color-scheme: dark) { :root {
      --paper: #121316; --raised: #1b1d21; --ink: #e9eaec; --soft: #a0a6b0; --line: #2d3036; --grid: #24272c; --shade: rgb(0 0 0 / .8);
      --accent: #6fbef0; --good: #3ecf9f; --bad: #ff9152; --warn: #f0b840;
      --s1: #56b4e9; --s2: #e69f00; --s3: #1fb88a; --s4: #cc79a7; --s5: #c9ccd2; --s6: #e0661a; --s7: #3f8fd0;
      --for-text: #f0b840; --against-text: #6fbef0; } }
    """

  private static let page = """
    *, *::before, *::after { box-sizing: border-box; }
    html { font-size: 16px; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1.5rem; }
    body { margin: 0 auto; padding: 3.5rem 1.5rem 4rem; max-width: 58rem; background: var(--paper); color: var(--ink);
      font-family: var(--sans); line-height: 1.6; }
    header { padding-bottom: 2rem; border-bottom: 1px solid var(--line); }
    h1, h2 { line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; text-wrap: balance; }
    h1, h2, .subtitle, nav a { overflow-wrap: anywhere; }
    h1 { margin: 0; font-size: clamp(1.8rem, 1.3rem + 2.2vw, 2.6rem); letter-spacing: -0.025em; }
    .subtitle { margin: .9rem 0 0; max-width: 44rem; color: var(--soft); font-size: 1.125rem; line-height: 1.5; }
    nav { padding: 1rem 0; border-bottom: 1px solid var(--line); font-size: .9375rem; }
    nav ol { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: 0; padding: 0; list-style: none; }
    nav a { display: block; padding: .2rem 0; color: var(--soft); text-decoration: none; }
    nav a:hover { color: var(--accent); text-decoration: underline; }
    section { padding-top: 3.25rem; }
    h2 { margin: 0 0 1.25rem; font-size: 1.55rem; }
    footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft);
      font-size: .875rem; }
    a { color: var(--accent); text-underline-offset: .15em; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 3px; }
    .skip { position: absolute; left: -100rem; }
    .skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--paper); }
    """

  private static let text = """
    p, ul, ol { margin: 0 0 1rem; }
    section > p, section > ul { max-width: 44rem; }
    strong { font-weight: 650; }
    code, pre { font-family: var(--mono); font-size: .875em; }
    p code { padding: .1em .35em; border-radius: 4px; background: var(--raised); }
    .label { margin: 0; color: var(--soft); font-size: .875rem; }
    .footnote, figcaption { margin: .7rem 0 0; max-width: 44rem; color: var(--soft); font-size: .875rem; line-height: 1.5; }
    figure { margin: 2rem 0; }
    .code { margin: 1.5rem 0; }
    .code figcaption { margin: 0 0 .4rem; }
    pre { margin: 0; padding: 1rem 1.15rem; overflow-x: auto; border-radius: 8px; background: var(--raised);
      line-height: 1.55; tab-size: 2; }
    .callout { margin: 1.75rem 0; padding: 1rem 1.25rem; border-left: 3px solid var(--accent);
      border-radius: 0 8px 8px 0; background: var(--raised); }
    .callout.success { border-color: var(--good); }
    .callout.warning { border-color: var(--bad); }
    .callout > :last-child { margin-bottom: 0; }
    .callout-title { margin: 0 0 .25rem; font-weight: 650; }
    details { margin: 1.5rem 0; border: 1px solid var(--line); border-radius: 8px; }
    summary { padding: .8rem 1.15rem; cursor: pointer; font-weight: 550; }
    .details { padding: .25rem 1.15rem 1rem; }
    .details > :first-child { margin-top: 0; }
    .details > :last-child { margin-bottom: 0; }
    """

  private static let data = """
    dl { margin: .5rem 0 1.75rem; font-size: .9375rem; }
    dl > div { display: grid; grid-template-columns: minmax(7rem, 13rem) 1fr; gap: 1rem; padding: .45rem 0;
      border-top: 1px solid var(--line); }
    dl > div:last-child { border-bottom: 1px solid var(--line); }
    dt { color: var(--soft); }
    dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
    .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: 1px; margin: 1.5rem 0 2rem;
      padding: 0; max-width: none; list-style: none; overflow: hidden; border: 1px solid var(--line);
      border-radius: 10px; }
    .cards li { padding: 1.1rem 1.25rem 1.15rem; box-shadow: 0 0 0 1px var(--line); }
    .cards p { margin: 0; }
    .value { font-size: 2rem; font-weight: 600; line-height: 1.35; letter-spacing: -0.025em;
      font-variant-numeric: tabular-nums; }
    .unit { margin-left: .2em; color: var(--soft); font-size: 1.05rem; font-weight: 450; letter-spacing: 0; }
    .delta { color: var(--soft); font-size: .8125rem; line-height: 1.5; }
    .delta span { font-weight: 600; color: var(--ink); font-variant-numeric: tabular-nums; }
    .delta .against { display: inline-block; color: var(--soft); font-weight: 400; }
    .delta .better { color: var(--good); }
    .delta .worse { color: var(--bad); }
    .table { margin: 2rem 0; }
    .scroll { overflow-x: auto; background:
      linear-gradient(to left, var(--paper) 40%, transparent) right / 3rem 100% no-repeat local,
      radial-gradient(farthest-side at 100% 50%, var(--shade), transparent) right / .9rem 100% no-repeat scroll; }
    table { width: 100%; border-collapse: collapse; font-size: .9375rem; font-variant-numeric: tabular-nums; }
    .table-title { margin: 0 0 .3rem; font-weight: 600; }
    th, td { padding: .5rem 1.1rem .5rem 0; border-bottom: 1px solid var(--line); text-align: left;
      vertical-align: baseline; white-space: nowrap; }
    th:last-child, td:last-child { padding-right: .25rem; }
    thead th { border-bottom: 1.5px solid var(--soft); color: var(--soft); font-size: .8125rem; font-weight: 550; }
    tbody th { position: sticky; left: 0; background: var(--paper); font-weight: 500; }
    .number { padding-left: .6rem; text-align: right; }
    thead .long { min-width: 8.5rem; max-width: 14rem; white-space: normal; overflow-wrap: anywhere; }
    td strong { font-weight: 700; }
    """

  private static let pictures = """
    .sheet-row { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: 1.25rem; padding: 1rem 0;
      border-top: 1px solid var(--line); break-inside: avoid; }
    .sheet-row > .tiles:only-child { grid-column: 1 / -1; }
    .sheet-name { margin: 0; font-weight: 600; line-height: 1.35; }
    .facts { margin: .3rem 0 0; font-size: .8125rem; line-height: 1.5; }
    .facts > div, .facts > div:last-child { display: flex; flex-wrap: wrap; gap: 0 .45rem; padding: 0; border: 0; }
    .tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(var(--tile), 1fr)); gap: .5rem; margin: 0;
      padding: 0; list-style: none; }
    .small { --tile: 3.75rem; } .medium { --tile: 5.5rem; } .large { --tile: 9rem; }
    .tiles img { display: block; width: 100%; height: auto; border-radius: 5px; background: var(--raised); }
    .tile-label { display: block; padding-top: .2rem; color: var(--soft); font-size: .75rem; line-height: 1.3;
      overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
    .matrix table { width: auto; }
    .matrix th, .matrix td { padding: .3rem .5rem .3rem 0; border: 0; vertical-align: top; }
    .matrix thead th { max-width: 8rem; white-space: normal; vertical-align: bottom; overflow-wrap: anywhere; }
    .matrix tbody th { max-width: 7rem; padding-right: .75rem; color: var(--soft); font-size: .8125rem; white-space: normal; }
    .matrix img { display: block; width: 8rem; height: auto; border-radius: 5px; background: var(--raised); }
    .matrix .tile-label { max-width: 8rem; white-space: normal; }
    """

  private static let charts = """
    .chart { break-inside: avoid; }
    .chart-title { margin: 0 0 .35rem; font-weight: 600; }
    .legend { display: flex; flex-wrap: wrap; gap: .1rem 1.25rem; margin: 0 0 .75rem; padding: 0; list-style: none;
      font-size: .875rem; }
    .legend li { display: flex; align-items: center; gap: .5rem; }
    .legend svg { flex: none; width: 24px; height: 12px; } .legend .patch { width: 12px; }
    svg { display: block; width: 100%; height: auto; font-family: var(--sans); font-size: 12px;
      font-variant-numeric: tabular-nums; }
    svg text { fill: var(--soft); }
    svg .name { fill: var(--ink); font-size: 13px; }
    svg .mark { fill: var(--ink); }
    svg .halo { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
    .gridline { stroke: var(--grid); } .axisline { stroke: var(--soft); stroke-opacity: .55; }
    .refline { stroke: var(--ink); stroke-dasharray: 4 3; stroke-opacity: .75; }
    .c1 { --c: var(--s1); } .c2 { --c: var(--s2); } .c3 { --c: var(--s3); } .c4 { --c: var(--s4); }
    .c5 { --c: var(--s5); } .c6 { --c: var(--s6); } .c7 { --c: var(--s7); }
    .curve { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
    .dashed { stroke-dasharray: 7 4; stroke-linecap: butt; } .dotted { stroke-dasharray: .1 4.5; }
    .faint { stroke-width: 1; stroke-opacity: .3; }
    .area { fill: var(--c); fill-opacity: .22; stroke: var(--c); stroke-width: 1.5; stroke-linejoin: round; }
    .bar, .dot { fill: var(--c); } .whisker { stroke: var(--ink); stroke-opacity: .7; fill: none; }
    .seed { fill-opacity: .75; } .mean { stroke: var(--ink); stroke-width: 2; } .key { stroke: var(--soft); stroke-opacity: .6; }
    .for { --c: var(--s2); } .against { --c: var(--s1); } .total { --c: var(--s5); }
    .part { fill: var(--c); stroke: var(--c); } .share { fill: var(--c); } .lead { fill: none; stroke: var(--c); stroke-opacity: .7; }
    svg .number-for { fill: var(--for-text); font-weight: 650; } svg .number-against { fill: var(--against-text); font-weight: 650; }
    svg .soft { fill: var(--soft); } .badge { fill: var(--ink); } svg .badge-text { fill: var(--paper); font-size: 11px; font-weight: 650; }
    .narrow { display: none; }
    """

  private static let adaptive = """
    @media (max-width: 44rem) {
      body { padding: 2rem 1rem 3rem; }
      section { padding-top: 2.5rem; }
      .wide { display: none; } .narrow { display: block; max-width: 30rem; }
      .cards { grid-template-columns: repeat(2, 1fr); }
      .cards li { padding: .8rem .9rem .9rem; } .value { font-size: 1.5rem; }
      dl > div { grid-template-columns: minmax(6rem, 2fr) 3fr; gap: .75rem; }
      .sheet-row { grid-template-columns: minmax(0, 1fr); gap: .6rem; }
      tbody th { max-width: 9.5rem; white-space: normal; overflow-wrap: anywhere; }
      .matrix img { width: 5.5rem; } .matrix .tile-label { max-width: 5.5rem; } .matrix thead th { max-width: 5.5rem; } .matrix tbody th { max-width: 4rem; }
      .facts { display: flex; flex-wrap: wrap; gap: 0 1rem; }
      .small { --tile: 3.25rem; } .medium { --tile: 4.6rem; } .large { --tile: 7rem; }
    }
    @media print {
      :root { color-scheme: light; --paper: #fff; --raised: #f6f6f4; --ink: #000; --soft: #444; --line: #ccc;
        --grid: #e8e8e8; --accent: #000; --good: #00563c; --bad: #8f3900;
        --s1: #0072b2; --s2: #d55e00; --s3: #009e73; --s4: #c26a9b; --s5: #40444c; --s6: #b37a00; --s7: #2b8fc9;
        --for-text: #b34700; --against-text: #0068a3; --warn: #8f5f00; --shade: rgb(0 0 0 / .22); }
      html { font-size: 12px; }
      body { padding: 0; max-width: none; }
      nav, .skip { display: none; }
      section { padding-top: 2rem; }
      h2, .chart-title { break-after: avoid; }
      .cards, .callout, tr { break-inside: avoid; }
      .scroll { overflow: visible; } th, td { white-space: normal; }
      .wide { display: block; } .narrow { display: none; }
      .bar, .dot, .area, .curve, .callout, pre { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    }
    """
}
