import type { ExampleText } from "./example-text.ts";

/** Other languages and scripts. */
export const LANGUAGES: readonly ExampleText[] = [
  {
    id: "arabic",
    title: "Arabic",
    language: "ar",
    text: `في صباح كل يوم يفتح الخباز دكانه قبل شروق الشمس، فيملأ الشارع برائحة الخبز الطازج. يقف الجيران أمام الباب ويتحدثون عن الطقس والأسعار وعن أولادهم في المدرسة. قال لي مرة: «السر في الصبر، لا في الطحين». اشتريت منه ثلاثة أرغفة بخمسة دراهم وعدت إلى البيت.`,
  },
  {
    id: "hebrew",
    title: "Hebrew",
    language: "he",
    text: `בכל בוקר הוא הולך ברגל אל הספרייה שבקצה הרחוב. הספרנית מכירה אותו כבר עשר שנים ושומרת לו את העיתון. „מה חדש?” היא שואלת, והוא עונה: „שום דבר, תודה לאל”. בחורף הוא יושב ליד החלון ומסתכל על הגשם, ובקיץ הוא נרדם על ספר פתוח בעמוד 112.`,
  },
  {
    id: "russian",
    title: "Russian",
    language: "ru",
    text: `Поезд опаздывал уже на сорок минут, и пассажиры бродили по платформе, кутаясь в шарфы. Мальчик считал вагоны товарного состава: двадцать один, двадцать два… «Мама, а куда они едут?» — спросил он. Она улыбнулась и ответила, что, наверное, к морю, где сейчас тепло и цветёт миндаль.`,
  },
  {
    id: "greek",
    title: "Greek",
    language: "el",
    text: `Το καφενείο άνοιγε πάντα στις έξι, πριν ακόμη ξημερώσει. Οι ψαράδες έπιναν τον καφέ τους όρθιοι και μιλούσαν χαμηλόφωνα για τον άνεμο. «Αύριο θα έχει μπουνάτσα», είπε ο γέρο-Νικόλας και όλοι χαμογέλασαν, γιατί το έλεγε κάθε μέρα εδώ και είκοσι χρόνια.`,
  },
  {
    id: "chinese",
    title: "Chinese",
    language: "zh",
    text: `雨停了以后，巷子里的孩子们都跑了出来。卖豆腐的老人推着车慢慢走过，车轮在石板路上发出咯吱咯吱的声音。“今天的豆腐特别嫩，”他笑着说，“三块钱一斤。”奶奶买了两块，回家做汤。晚饭的时候，窗外又响起了雷声，全家人围着桌子，谁也不想先离开。`,
  },
  {
    id: "japanese",
    title: "Japanese",
    language: "ja",
    text: `駅前の小さな本屋は、今月いっぱいで店を閉めるそうだ。子どものころ、学校の帰りに毎日のように立ち読みをした店である。店主のおじさんは「もう七十だからね」と笑ったが、目は少しさびしそうだった。私はノートを二冊とボールペンを買って、ゆっくりと坂道を上った。`,
  },
  {
    id: "korean",
    title: "Korean",
    language: "ko",
    text: `주말마다 우리는 할머니 댁 뒤에 있는 작은 산에 올랐다. 할머니는 항상 김밥과 따뜻한 보리차를 싸 주셨다. 정상에 서면 마을 전체가 한눈에 보였고, 멀리 기차가 지나가는 소리도 들렸다. “다음에는 더 높은 산에 가자.” 동생이 숨을 헐떡이며 말했다.`,
  },
  {
    id: "thai",
    title: "Thai",
    language: "th",
    text: `ตลาดเช้าริมคลองเปิดตั้งแต่ตีห้า แม่ค้าพายเรือมาขายกล้วย มะม่วง และข้าวเหนียวร้อน ๆ นักท่องเที่ยวยืนถ่ายรูปอยู่บนสะพาน ส่วนเด็ก ๆ กระโดดน้ำเล่นกันอย่างสนุกสนาน คุณยายบอกว่าเมื่อก่อนไม่มีถนน ทุกคนไปไหนมาไหนด้วยเรือเท่านั้น`,
  },
  {
    id: "hindi",
    title: "Hindi",
    language: "hi",
    text: `गाँव के पुराने बरगद के नीचे हर शाम लोग इकट्ठा होते थे। कोई खेती की बात करता, कोई बाज़ार के भाव की। दादाजी अपनी कहानी हमेशा एक ही वाक्य से शुरू करते: “बहुत साल पहले, जब नदी यहाँ तक आती थी…” बच्चे चुपचाप सुनते और चाय ठंडी हो जाती थी।`,
  },
  {
    id: "tamil",
    title: "Tamil",
    language: "ta",
    text: `மழை பெய்த மறுநாள் காலையில் தெரு முழுவதும் ஈர மண் வாசனை வீசியது. அம்மா வாசலில் கோலம் போட்டுக்கொண்டிருந்தாள். தம்பி பள்ளிக்குப் போக மறுத்து அழுதான். “நாளை விடுமுறை, இன்று மட்டும் போ,” என்று பாட்டி சொன்னாள். அவன் கண்ணைத் துடைத்துக்கொண்டு சிரித்தான்.`,
  },
  {
    id: "german",
    title: "German",
    language: "de",
    text: `Im Hinterhof stand seit Jahren ein Fahrrad ohne Sattel, und niemand wusste, wem es gehörte. Frau Brückner aus dem zweiten Stock behauptete, es sei schon vor der Wende dort gewesen. Eines Morgens war es verschwunden. Stattdessen lehnte ein Zettel an der Mauer: „Danke fürs Aufbewahren! Ich hätte es früher abholen müssen.“`,
  },
  {
    id: "french",
    title: "French",
    language: "fr",
    text: `Le boulanger d’en face ferme le mercredi, ce qui oblige tout le quartier à marcher jusqu’à la place. On s’y retrouve donc, un peu malgré soi, devant les mêmes éclairs au chocolat. « Vous êtes sûr qu’il en reste ? » demande une dame pressée. Il n’en restait qu’un ; elle l’a partagé avec l’enfant qui attendait derrière elle.`,
  },
  {
    id: "spanish",
    title: "Spanish",
    language: "es",
    text: `La abuela guardaba los botones en una caja de galletas y conocía la historia de cada uno. «Este era del abrigo de tu tío, el que se fue a Montevideo», decía. ¿Cuántas tardes pasamos ordenándolos por colores? Después llovía, ella encendía la radio y el perro, que se llamaba Domingo, se dormía junto a la estufa.`,
  },
];
