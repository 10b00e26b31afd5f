export type BounceKind = 'hard' | 'soft' | 'policy';

/**
 * What mail servers say, in the order in which it is believed: the first pattern that
 * matches decides. `policy` is the sender's problem and never counts against an address;
 * `hard` means that nobody lives there. Every pattern is linear.
 */
export const bouncePatterns: readonly (readonly [kind: BounceKind, pattern: RegExp])[] = [
  // Exchange Online's way to say that the directory knows no such address.
  ['hard', /5\.4\.1 .{0,60}access denied/i],
  [
    'soft',
    /(?:mail ?box|quota|inbox|mail ?drop|account|user'?s? disk|storage|disk space).{0,40}(?:is |was |has been |are )?(?:full|exceed|over ?quota|over its|over the|too large|limit reached)|over ?quota|quota.{0,30}exceed|exceed.{0,30}(?:quota|storage|mailbox|disk)|mailbox (?:size )?limit|mailbox_full|not enough (?:storage|space|disk)|insufficient (?:disk|storage|system storage)|no space left|doesn'?t have enough space|bo[iî]te.{0,20}pleine|postfach.{0,30}voll/i,
  ],
  [
    'policy',
    /message (?:size|is too|too) (?:large|big|long|exceeds)|message size exceeds|exceeds? .{0,40}(?:message size|size limit|maximum.{0,20}size)|size limit|message too (?:large|big|long)|larger than the current system limit/i,
  ],
  [
    'policy',
    /\b(?:virus|malware|infected|banned (?:file|content|name)|attachment.{0,30}(?:not allowed|blocked|removed))/i,
  ],
  [
    'policy',
    /\b(?:spf|dkim|dmarc)\b.{0,80}(?:fail|not|deny|denied|reject|check|policy|pass)|unauthenticated (?:email|mail)|not authenticated|sender policy framework|authentication (?:failed|check|required)|email.{0,30}rejected per/i,
  ],
  [
    'policy',
    /(?:reverse|ptr|rdns)\b.{0,60}(?:dns|record|lookup|fail|resolve|missing|required|found|not)|no ptr|cannot find your (?:hostname|reverse)|could not find your reverse|client host.{0,30}cannot find|unresolvable.{0,30}(?:ip|host ?name)/i,
  ],
  [
    'policy',
    /\b(?:spam|junk mail|unsolicited|bulk mail|spamhaus|spamcop|barracuda|blacklist|black ?list|block ?list|\brbl\b|dnsbl|reputation|listed (?:in|at|by|on) .{0,60}(?:rbl|bl\b|spam|block|black|https?:)|blocked (?:by|using|due|because)|poor reputation|considered (?:spam|unsolicited)|looks like spam|content.{0,20}(?:reject|filter|denied))/i,
  ],
  [
    'policy',
    /relay(?:ing)?.{0,20}(?:denied|not (?:permitted|allowed)|prohibited)|(?:unable|not (?:allowed|permitted)|refus\w{1,4}) to relay|not a (?:mail )?relay|is not an open relay|relay access|insecure mail relay/i,
  ],
  [
    'policy',
    /rate limit|too (?:many|much) (?:connections?|messages?|mails?|recipients?|errors?|sessions?|concurrent)|throttl|sending (?:limit|rate)|daily (?:limit|quota|sending)|exceeded.{0,40}(?:rate|per (?:hour|day)|number of)|limit on the number/i,
  ],
  ['policy', /tls (?:is )?required|starttls|must issue a|encryption needed|certificate/i],
  [
    'hard',
    /does not (?:accept|receive) (?:e-?)?mail|null ?mx|no mail accepted|indicated no smtp service|couldn'?t find a mail exchanger|domain is not reachable|domain (?:does not|doesn'?t) accept|host does not receive mail|smtp service (?:is )?not available on this host/i,
  ],
  [
    'soft',
    /(?:account|mailbox|user|address|recipient|domain).{0,40}(?:is |has been |was |currently |temporarily ){0,3}(?:disabled|suspended|inactive|locked|deactivated|not active|blocked|frozen|on hold)|inactive (?:user|account|mailbox)|suspended|account.{0,20}(?:not activ|expired)|not currently accepting|dormant/i,
  ],
  [
    'hard',
    /user (?:has )?moved|mailbox (?:has )?moved|has moved to|no longer (?:at|works?|with|employed|in use|valid|active)|address.{0,20}(?:has changed|no longer)|moved; please/i,
  ],
  [
    'policy',
    /(?:recipient|user|address|you).{0,40}(?:does not|doesn'?t|not).{0,20}(?:accept|allow).{0,30}(?:messages? from|mail from|mails? from)|(?:not|isn'?t) (?:authorized|allowed|permitted) to send|only accept.{0,30}from|sender.{0,40}(?:rejected|denied|refused|blocked|not allowed|invalid|verify|verification|not exist|unknown|does not)|(?:invalid|bad|unknown|forged) sender|(?:mail|envelope|return)[- ]?from.{0,40}(?:reject|invalid|denied|not)|domain of sender|sender (?:address|domain)/i,
  ],
  [
    'hard',
    /(?:user|recipient|mailbox|account|address|addressee|mail ?drop|alias|destinat\w{1,6}|person|local ?part|name).{0,60}(?:unknown|not (?:found|exist|known|listed|valid|here|a valid|have an|have a|recogni|in the|local|available)|n'?t (?:exist|have|found)|does ?n[o']t exist|doesn'?t (?:exist|have)|not? (?:such|longer)|invalid|unrouteable|undeliverable|no existe|inexistent|rejected as)|\b(?:unknown|invalid|no such(?! file)|nonexist\w{1,4}|non-existent|bad|unrouteable|illegal|not a (?:known|valid)|undefined|incorrect|mispelled|misspelled) .{0,30}(?:user|recipient|mailbox|account|address|alias|destination|person|local|name|id)\b/i,
  ],
  [
    'hard',
    /user(?:unknown|_unknown| unknown)|no (?:such (?!file)|valid|mailbox|account|user|recipient|local|address|person|one by)|not (?:our|listed in|a (?:customer|user|known))|unknown (?:or illegal|in virtual|local|to address)|not.{0,20}(?:in|at) this (?:server|domain|host|address)|recipnotfound|resolver\.adr\.(?:recipnotfound|exrecipnotfound)|couldn'?t be found|wasn'?t found|could not be found|listed in (?:domino|public)|address (?:rejected|unknown)|nobody by that name|550 (?:5\.1\.1 )?(?:<[^>]{1,200}>[:.]{0,4} )?(?:user|recipient|address)|doesn'?t have an? .{0,40} account|unbekannt|inconnu|sconosciut|desconocid|no mailbox|宛先|存在しない|見つかりません/i,
  ],
  [
    'soft',
    /(?:host not found|name service error|no such host|lookup).{0,60}try again|could ?n[o']t create|can'?t create/i,
  ],
  [
    'hard',
    /(?:host|domain|dns|mx|server|name).{0,50}(?:unknown|not (?:found|exist|resolv)|does ?n[o']t exist|non-?exist|invalid|no (?:such|mx|a record|valid)|cannot be (?:found|resolved)|could ?n[o']t be (?:found|resolved)|couldn'?t)|(?:unknown|no such|bad|invalid|illegal|unrouteable|nonexistent) .{0,20}(?:host|domain|mail domain)|nxdomain|no mx|can'?t find.{0,20}host|unrouteable|couldn'?t find any host|cannot resolve|name service error/i,
  ],
  [
    'soft',
    /timed? ?out|time-?out|connection (?:refused|timed|reset|lost|dropped|closed|died)|could ?n[o']t (?:connect|establish)|cannot connect|no route|network (?:is )?unreachable|unreachable|queue.{0,20}too long|too long|retry (?:time|timeout)|expired|undeliver(?:ed|able) (?:for|after)|for (?:more than )?\d{1,3} (?:days|hours)|exceeded.{0,20}(?:time|hop|retr)|delivery (?:time )?expired|too many hops|loop|max(?:imum)? hop|try again|temporar|greylist|delayed|unable to (?:connect|contact)|not (?:been able|responding)|resources/i,
  ],
  [
    'soft',
    /(?:mailer|system|internal|command|local|configuration|i\/o|pipe|exit status|procmail|maildrop).{0,30}(?:error|fail|died|problem)|can'?t create|service unavailable|data format|protocol error|syntax error/i,
  ],
  [
    'policy',
    /reject|block(?:ed)?|denied|refus|polic|prohibit|forbidden|not (?:allowed|permitted|accepted|authorized|acceptable)|banned|filter|access|unacceptable|administrative/i,
  ],
];

/** Said about a mail that is still on its way: no failure. */
export const delayWords =
  /this is a warning message only|you do not need to resend|will (?:be retried|continue to (?:try|retry)|keep trying|retry)|delivery (?:has been |is )?delayed|could not be delivered.{0,60}(?:yet|so far)|delayed \d|still (?:trying|being)|has not yet been|warning: (?:message|could not send)|noch nicht zugestellt|delivery incomplete|verzögert/i;

/** Said about a mail that arrived. */
export const successWords =
  /successfully (?:delivered|relayed|sent)|has been (?:successfully )?(?:delivered|relayed)|delivery to the following recipients was successful|relayed (?:to|with) |delivery notification was requested|zugestellt an/i;

/** Said about a mail that came back. */
export const failureWords =
  /undeliver|not (?:be )?deliver|(?:was|were|been|be) returned|returned (?:mail|to sender|message)|delivery (?:status notification|fail|error|has failed|problem|report)|deliver(?:y|ed).{0,30}fail|fail(?:ed|ure)|permanent|fatal error|could(?: not|n'?t) (?:be )?(?:deliver|send|sent)|unable to (?:deliver|send|relay)|cannot be (?:sent|deliver)|rejected|bounce|unknown (?:user|recipient|address)|user unknown|no such user|unzustellbar|konnte nicht|n'a pas (?:pu|été)|non (?:è stato|recapit)|no (?:se ha podido|se pudo|entreg)|niet (?:worden )?(?:bezorgd|afgeleverd)|не (?:был[оа]? )?(?:доставл|удалось)|配信|送信できません|届け|error/i;
