/** A cue and how much it weighs: `REFUSED` and above is a refusal. */
export type Cue = readonly [weight: number, pattern: RegExp];

/** The plain first-person refusals of languages other than English; disapproval without one goes unseen. */
export const OTHER_CUES: Readonly<Record<string, readonly Cue[]>> = {
  de: [
    [
      10,
      /\b(?:ich kann|kann ich|ich darf|darf ich|ich werde|ich möchte) (?:\S+ ){0,6}?(?:nicht|keine|kein) (?:\S+ ){0,6}?(?:helfen|behilflich|beantworten|unterstützen|bereitstellen|geben|weiterhelfen|erstellen|erfüllen|nachkommen)/,
    ],
    [
      10,
      /\b(?:ich muss (?:\S+ )?ablehnen|ich bin nicht in der lage|(?:leider|bedaure|entschuldigung)[^.!?]{0,60}(?:nicht möglich|nicht helfen|nicht in der lage))/,
    ],
  ],

  fr: [
    [
      10,
      /\bje (?:ne (?:peux|puis|suis|saurais)|n'ai) (?:malheureusement )?pas (?:\S+ ){0,4}?(?:aider|répondre|fournir|assister|donner|accéder|mesure|autorisé|créer|satisfaire|accès)/,
    ],
    [10, /\bje (?:dois|préfère) (?:\S+ )?(?:refuser|décliner)|\bje suis désolée?,?[^.!?]{0,40}\bje ne (?:peux|puis)/],
  ],

  es: [
    [
      10,
      /\bno (?:puedo|podría|podemos|me es posible|estoy autorizad[oa] a|tengo permitido) (?:\S+ ){0,3}?(?:ayud|proporcion|respond|asist|ofrec|dar|cumpl|gener|crear|brind|complac)/,
    ],
    [
      10,
      /\b(?:lo siento|lamento|lamentablemente|perdón)\b[^.!?]{0,60}\bno (?:puedo|podemos|es posible|me es posible|tengo acceso)/,
    ],
  ],
  it: [
    [
      10,
      /(?<!\p{L})non (?:posso|possiamo|sono in grado|mi è possibile|sono autorizzat[oa]) (?:\S+ ){0,4}?(?:aiut|assist|forn|rispond|offr|dar|cre|gener|soddisf|sugger|condivid)/u,
    ],
    [10, /(?:mi dispiace|spiacente|purtroppo)[^.!?]{0,60}(?<!\p{L})non (?:posso|possiamo|è possibile|sono in grado)/u],
  ],
  pt: [
    [
      10,
      /(?<!\p{L})não (?:posso|podemos|consigo|sou capaz de|estou autorizad[oa] a|me é possível) (?:\S+ ){0,4}?(?:ajud|auxili|fornec|respond|oferec|dar|criar|ger|atend|compartilh|partilh)/u,
    ],
    [
      10,
      /(?:desculpe|sinto muito|lamento|infelizmente)[^.!?]{0,60}(?<!\p{L})não (?:posso|podemos|consigo|é possível)/u,
    ],
  ],
  nl: [
    [
      10,
      /(?<!\p{L})(?:ik kan|kan ik|ik mag|mag ik|wij kunnen) (?:\S+ ){0,5}?(?:niet|geen) (?:\S+ ){0,5}?(?:helpen|beantwoorden|geven|verstrekken|maken|assisteren|voldoen)/u,
    ],
    [10, /(?:sorry|het spijt me|helaas)[^.!?]{0,40}(?<!\p{L})(?:kan|mag) (?:ik )?(?:\S+ ){0,4}?niet/u],
  ],
  pl: [
    [
      10,
      /(?<!\p{L})nie (?:mogę|możemy|jestem w stanie) (?:\S+ ){0,3}?(?:pomóc|odpowiedzieć|udzielić|podać|spełnić|stworzyć|zapewnić|dostarczyć)/u,
    ],
    [10, /(?:przykro mi|przepraszam|niestety)[^.!?]{0,60}(?<!\p{L})nie (?:mogę|możemy|jestem w stanie)/u],
  ],
  tr: [
    [
      10,
      /(?:yardımcı olamam|yardım edemem|yardımcı olamıyorum|yardım edemiyorum|yanıtlayamam|cevaplayamam|sağlayamam|paylaşamam|veremem|yapamam|yerine getiremem)/u,
    ],
  ],
  ru: [
    [
      10,
      /(?<!\p{L})(?:я )?не (?:могу|можем|смогу|в состоянии|имею права) (?:\S+ ){0,3}?(?:помочь|ответить|предоставить|дать|выполнить|создать|поделиться|помогать|обсуждать|предоставлять)/u,
    ],
    [10, /(?:извините|простите|к сожалению|сожалею)[^.!?]{0,60}(?<!\p{L})не (?:могу|можем|смогу)/u],
  ],
  ar: [
    [
      10,
      /(?:لا أستطيع|لا يمكنني|لا أقدر|لست قادرا|لست قادرًا|لن أتمكن من) (?:\S+ ){0,3}?(?:مساعد|المساعد|تقديم|الإجاب|تلبي|توفير|إعطا|مشارك|إنشا)/u,
    ],
    [10, /(?:عذرا|عذرًا|آسف|أعتذر|للأسف)[^.!؟]{0,60}(?:لا أستطيع|لا يمكنني|لن أتمكن)/u],
  ],
  hi: [
    [
      10,
      /(?:मदद|सहायता|सहयोग|जानकारी|उत्तर|जवाब|अनुरोध)(?: \S+){0,4}? (?:नहीं कर सक|नहीं दे सक)|(?:क्षमा|माफ़|माफ|खेद)[^।!?]{0,80}नहीं (?:कर|दे) सक/u,
    ],
  ],
  ko: [
    [
      10,
      /(?:도와드릴 수 없|도와 드릴 수 없|도움을 드릴 수 없|답변할 수 없|답변드릴 수 없|제공할 수 없|제공해 드릴 수 없|응할 수 없|수행할 수 없|알려드릴 수 없)|(?:죄송|유감)[^.!?]{0,60}수 없습니다/u,
    ],
  ],
  zh: [
    [
      10,
      /(?:我|我们)?(?:无法|不能|没办法|不便|沒辦法|無法)(?:为您|为你|向您|向你|帮您|帮你|為您|直接|继续|對此|对此){0,2}(?:提供|回答|协助|帮助|帮忙|满足|完成|生成|创建|讨论|回應|回应|協助|幫助|滿足)/u,
    ],
    [10, /(?:抱歉|对不起|很遗憾|對不起)[^。！？]{0,30}(?:无法|不能|没办法|無法)/u],
  ],
  ja: [
    [
      10,
      /(?:お手伝い|お答え|回答|対応|提供|お力になる|ご案内|支援|作成|応じる|お応え|お教え)(?:を|する|に|は|が|こと){0,4}(?:することが|ことが|ことは)?(?:できません|できかねます|いたしかねます|致しかねます)/u,
    ],
    [10, /(?:申し訳|すみません|残念ながら)[^。！？]{0,60}(?:できません|できかねます|かねます)/u],
  ],
};
