import { describe, expect, it } from "vitest";

import { grounding } from "../../../src/signals/quality/grounding.ts";
import { formatClass } from "../../../src/signals/quality/format-class.ts";
import { languageSwitch } from "../../../src/signals/quality/language-switch.ts";
import { hedging } from "../../../src/signals/quality/hedging.ts";
import { inconsistentNumbers } from "../../../src/signals/quality/inconsistent-numbers.ts";
import { outputLanguage } from "../../../src/signals/quality/output-language.ts";
import { refusal } from "../../../src/signals/quality/refusal.ts";
import { repetition } from "../../../src/signals/quality/repetition.ts";
import { unsupportedNumbers } from "../../../src/signals/quality/unsupported-numbers.ts";
import { callOf, message, toolResult } from "../../call-of.ts";
import { valueOf } from "../value-of.ts";

/** The same plain answer in many languages, written for this test. */
const PLAIN = {
  de: "Natürlich. Um das Passwort zurückzusetzen, öffnen Sie die Einstellungen und wählen Sie den Punkt Sicherheit. Danach erhalten Sie eine Nachricht mit einem Link, der 30 Minuten gültig ist. Wenn Sie keine Nachricht sehen, prüfen Sie bitte den Ordner für Werbung.",
  fr: "Bien sûr. Pour réinitialiser votre mot de passe, ouvrez les paramètres et choisissez la rubrique Sécurité. Vous recevrez ensuite un message avec un lien valable 30 minutes. Si vous ne voyez aucun message, vérifiez le dossier des courriers indésirables.",
  es: "Claro. Para restablecer la contraseña, abra los ajustes y elija el apartado Seguridad. Después recibirá un mensaje con un enlace que es válido durante 30 minutos. Si no ve ningún mensaje, revise la carpeta de correo no deseado.",
  pt: "Claro. Para redefinir a senha, abra as configurações e escolha a seção Segurança. Depois você receberá uma mensagem com um link que é válido por 30 minutos. Se não vir nenhuma mensagem, verifique a pasta de spam.",
  it: "Certo. Per reimpostare la password, apri le impostazioni e scegli la sezione Sicurezza. Riceverai poi un messaggio con un link che è valido per 30 minuti. Se non vedi alcun messaggio, controlla la cartella della posta indesiderata.",
  zh: "当然可以。要重置密码，请打开设置并选择安全选项。随后您会收到一条带有链接的消息，该链接在30分钟内有效。如果没有看到消息，请检查垃圾邮件文件夹。",
  ja: "もちろんです。パスワードを再設定するには、設定を開いて「セキュリティ」を選んでください。その後、30分間有効なリンクが記載されたメールが届きます。届かない場合は、迷惑メールフォルダを確認してください。",
  ko: "물론입니다. 비밀번호를 재설정하려면 설정을 열고 보안 항목을 선택하세요. 그러면 30분 동안 유효한 링크가 담긴 메시지를 받게 됩니다. 메시지가 보이지 않으면 스팸 폴더를 확인해 주세요.",
  ar: "بالطبع. لإعادة تعيين كلمة المرور، افتح الإعدادات واختر قسم الأمان. بعد ذلك ستصلك رسالة تحتوي على رابط صالح لمدة 30 دقيقة. إذا لم تجد أي رسالة، فتحقق من مجلد البريد غير المرغوب فيه.",
  hi: "बिल्कुल। पासवर्ड रीसेट करने के लिए सेटिंग खोलें और सुरक्षा विकल्प चुनें। इसके बाद आपको एक लिंक वाला संदेश मिलेगा जो 30 मिनट तक मान्य है। यदि कोई संदेश न दिखे, तो स्पैम फ़ोल्डर देखें।",
  ru: "Конечно. Чтобы сбросить пароль, откройте настройки и выберите раздел «Безопасность». После этого вы получите сообщение со ссылкой, которая действует 30 минут. Если сообщения нет, проверьте папку со спамом.",
  tr: "Elbette. Parolayı sıfırlamak için ayarları açın ve güvenlik bölümünü seçin. Daha sonra 30 dakika geçerli olan bir bağlantı içeren bir mesaj alırsınız. Mesajı göremiyorsanız lütfen istenmeyen posta klasörüne bakın.",
  nl: "Natuurlijk. Om het wachtwoord opnieuw in te stellen, opent u de instellingen en kiest u het onderdeel Beveiliging. Daarna krijgt u een bericht met een link die 30 minuten geldig is. Als u geen bericht ziet, kijk dan in de map met ongewenste mail.",
  pl: "Oczywiście. Aby zresetować hasło, otwórz ustawienia i wybierz sekcję Bezpieczeństwo. Następnie otrzymasz wiadomość z linkiem, który jest ważny przez 30 minut. Jeśli nie widzisz żadnej wiadomości, sprawdź folder ze spamem.",
};

const REFUSED = {
  de: "Es tut mir leid, aber dabei kann ich Ihnen nicht helfen, denn das ist nicht erlaubt.",
  fr: "Je suis désolé, mais je ne peux pas vous aider avec cette demande.",
  es: "Lo siento, pero no puedo ayudarle con esa petición.",
  pt: "Desculpe, mas não posso ajudar com esse pedido, que é contra as regras.",
  it: "Mi dispiace, ma non posso aiutarti con questa richiesta, che è contraria alle regole.",
  zh: "抱歉，我无法提供这方面的帮助。",
  ja: "申し訳ありませんが、そのご依頼にはお答えできません。",
  ko: "죄송하지만 그 요청은 도와드릴 수 없습니다.",
  ar: "عذرًا، لا أستطيع مساعدتك في هذا الطلب.",
  hi: "क्षमा करें, मैं इस अनुरोध में आपकी मदद नहीं कर सकता।",
  ru: "Извините, но я не могу помочь с этим запросом.",
  tr: "Üzgünüm, ama bu konuda size yardımcı olamam.",
  nl: "Het spijt me, maar daar kan ik u niet mee helpen, want dat is niet toegestaan.",
  pl: "Przykro mi, ale nie mogę pomóc w tej sprawie, bo to jest niedozwolone.",
};

/** Two sentences each, of which the first hedges. */
const HEDGED = {
  de: "Vielleicht ist das Paket schon bei der Post. Die Nummer ist in dem Brief.",
  fr: "Le colis est peut-être à la poste, je ne sais pas. Le numéro est dans la lettre.",
  es: "Tal vez el paquete está en la oficina. El número está en la carta.",
  pt: "Talvez o pacote já esteja na agência. O número está na carta que você recebeu.",
  it: "Forse il pacco è già alla posta. Il numero è nella lettera che ha ricevuto.",
  zh: "包裹也许已经到了。号码在信里。",
  ja: "荷物はもう届いているかもしれません。番号は手紙にあります。",
  ko: "소포가 이미 도착한 것 같습니다. 번호는 편지에 있습니다.",
  ar: "ربما وصل الطرد إلى المكتب. الرقم موجود في الرسالة.",
  hi: "शायद पार्सल डाकघर पहुँच गया है। नंबर पत्र में है।",
  ru: "Возможно, посылка уже на почте. Номер указан в письме.",
  tr: "Belki paket şimdi postanede. Numara bu mektupta ve zarfın üzerinde.",
  nl: "Misschien is het pakket al op het kantoor. Het nummer staat in de brief.",
  pl: "Być może paczka jest już na poczcie. Numer jest w liście, który Pan ma.",
};

describe("an answer in another language is no fault", () => {
  it.each(Object.entries(PLAIN))("%s", (language, answer) => {
    const call = callOf({ question: answer, answer });
    expect(valueOf(outputLanguage, call)).toBe(language);
    expect(valueOf(refusal, call)).toBe(0);
    expect(valueOf(hedging, call)).toBe(0);
    expect(valueOf(repetition, call) as number).toBeLessThan(0.05);
    expect(valueOf(inconsistentNumbers, call)).toBe(0);
    expect(valueOf(unsupportedNumbers, call)).toBe(0);
    expect(valueOf(formatClass, call)).toBe("prose-short");
    expect(valueOf(grounding, call) ?? 1).toBe(1);
  });
});

describe("a refusal is seen in another language", () => {
  it.each(Object.entries(REFUSED))("%s", (language, answer) => {
    const question = PLAIN[language as keyof typeof PLAIN];
    expect(valueOf(refusal, callOf({ question, answer }))).toBe(1);
  });

  it("too short to tell its language, by that of the question", () => {
    const question = "Kannst du mir sagen, wie ich in die Wohnung meines Nachbarn komme, wenn er nicht da ist?";
    expect(valueOf(refusal, callOf({ question, answer: "Dabei kann ich nicht helfen." }))).toBe(1);
  });
});

describe("hedging is seen in another language, by the sentence", () => {
  it.each(Object.entries(HEDGED))("%s", (language, answer) => {
    const question = PLAIN[language as keyof typeof PLAIN];
    expect(valueOf(hedging, callOf({ question, answer }))).toBe(0.5);
  });
});

describe("a switch of language", () => {
  it.each([
    ["the question's", PLAIN.de, PLAIN.de, undefined, 0],
    ["another than the question's", PLAIN.de, PLAIN.fr, undefined, 1],
    ["another script than the question's", PLAIN.ja, PLAIN.ko, undefined, 1],
    ["another that was asked for", `Übersetze das ins Französische: ${PLAIN.de}`, PLAIN.fr, undefined, undefined],
    ["that of the instructions", PLAIN.de, PLAIN.fr, PLAIN.fr, undefined],
    ["another that the instructions name", PLAIN.de, PLAIN.fr, "Always answer in French.", undefined],
    ["unknown", PLAIN.de, "OK: 17", undefined, undefined],
  ])("an answer whose language is %s", (_, question, answer, system, expected) => {
    expect(valueOf(languageSwitch, callOf({ question, answer, system }))).toBe(expected);
  });

  it("is unknown where a tool answered in that language", () => {
    const question = [message("user", PLAIN.de), toolResult(PLAIN.fr)];
    expect(valueOf(languageSwitch, callOf({ question, answer: PLAIN.fr }))).toBeUndefined();
  });
});
