"""The word lists of the check. Verbs stand in their base form; ``reading.forms`` finds the inflected ones."""

from __future__ import annotations


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


def _phrases(*lines: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for line in lines for phrase in line.split("|"))


# Small words that are English and nothing else: "in", "was" or "me" are words of other languages too.
ENGLISH = _words(
    "the and of to my i'm i've it with for that this these have has had not but what how which who when where you",
    "your are be from by at or if our their they he she his her would could should been were don't can't doesn't i'd",
    "into about before after until because than then there please since whether",
)

# Words without a subject of their own.
FUNCTION = ENGLISH | _words(
    "a an i me am is was in on as no so do does did done we us he him its it's them those here why also just only",
    "very too more most much many some any all each every both other another such own same than few lot lots bit",
    "really can cannot will won't may might must shall couldn't wouldn't shouldn't didn't isn't aren't wasn't haven't",
    "hasn't let let's get gets got getting go goes going went gone come comes came coming say says said want wants",
    "wanted wanna gonna gotta need needs needed like likes liked know knows knew known think thinks thought feel",
    "feels felt make makes made making take takes took taken give gives gave given see sees saw seen use used try",
    "tries tried one two three something anything everything nothing someone somebody anyone anybody everyone",
    "everybody nobody yes not never always often sometimes still yet already again now soon later ever maybe perhaps",
    "quite rather up down out off over under through between during while against without within upon around along",
    "across per etc be being i'll you'd you'll we're they're that's there's what's how's u ur im ive dont doesnt cant",
    "didnt wont idk pls plz please kindly sir madam dear hello hi hey thank thanks thankful grateful regards cheers",
    "ok okay wich wether wat coz cause well even though although however since till til whose whom itself myself",
    "yourself self himself herself nor either neither else able keep keeps kept put become becomes became becoming",
    "whatever last next first day days week weeks month months year years yr yrs today ago minute minutes min mins",
    "hour hours half once twice",
)

# Small words of other languages, less those that English has too ("do", "a", "im").
OTHER_LANGUAGES = {
    language: small - FUNCTION
    for language, small in {
        "de": _words(
            "und ich der das ist nicht ein eine mit für mir mich mein meine meinen bei von zu auf sie wie dass im"
        ),
        "fr": _words("je le la les et des une un est pas mon ma mes avec pour dans que qui sur moi au du ne suis"),
        "es": _words("el la los las y de que en un una mi mis con para por es no soy como qué del se lo yo"),
        "pt": _words("o os e de que em um uma meu minha com para por não eu sou como da mim na ou"),
        "it": _words("il lo la gli e di che un una mio mia con per non sono come del nel ho si"),
        "nl": _words("de het een en ik van niet mijn met voor dat zijn maar te wat bij naar ben aan"),
        "pl": _words("i w na nie się z do jest że jak mi od mam po dla czy mój moje jestem proszę"),
        "tr": _words("ve bir bu için ile ben mi ne da çok var benim nasıl bana olarak daha lütfen"),
        "sv": _words("och jag är inte en ett att det med på som av till har min mig"),
        "cs": _words("a se na je že v s jsem mi jak pro ale by do"),
        "ro": _words("și sunt nu un o la de în cu pe mă să care este"),
        "id": _words("saya dan yang di untuk dengan tidak ini itu dari bisa ke"),
    }.items()
}

# Career talk that fits everybody: it does not say who, what or which.
FILLER = _words(
    # work and careers in general
    "career job work working worker role position profession professional professionally industry field sector",
    "company business organisation organization office market world employment hire hiring recruiter interviewer",
    "opportunity opening vacancy prospect salary money rich earn paid pay raise promotion promote promoted tech",
    "technology remote chance break path pathway roadmap journey road direction future life living dream goal goals",
    "target aim ambition vision mission purpose passion passionate interest interested enthusiast enthusiastic",
    "enthusiasm excited exciting motivated motivate motivation inspire inspiring inspiration hungry hunger eager keen",
    "dedicated dedication committed commitment determined ambitious driven hardworking hard dynamic energetic",
    "talented proactive reliable creative quick fast learner player people person human communication communicate",
    "soft strong strength weakness skill skilled ability capability potential talent knowledge knowledgeable",
    "expertise expert experience experienced level step start starting begin beginning beginner fresher new graduate",
    "student studies",
    # growing and succeeding
    "grow growing growth learn learning develop development improve improving improvement progress advance",
    "advancement succeed success successful successfully achieve achievement accomplish win winner born crush excel",
    "best better good great amazing awesome wonderful fantastic excellent top high highest big huge small long short",
    "right wrong version mindset confidence confident courage clarity clear overwhelmed lost stuck confused unsure",
    "sure ready serious unlock reach explore discover find finding search searching look looking seek seeking change",
    "changing switch transition move moving leave break breaking enter entering land landing secure challenge option",
    "possibility choice decision situation thing things stuff way ways place point area part kind sort type number",
    "anywhere whole",
    # asking for a mentor
    "mentor mentoring mentorship mentee coach coaching guide guidance guru teacher leader leadership help helping",
    "helpful assist assistance support supporting supportive advice advise advisor tip trick hint suggestion",
    "recommendation recommend insight wisdom perspective thought view opinion share sharing connect connection",
    "network networking contact relationship friend chat coffee talk call conversation discuss discussion meet",
    "meeting session sessions regular regularly regards brain mind question questions answer everything honest",
    "sounding board footsteps follow door doors refer referral reference time busy schedule message reaching reach",
    "platform community here write hope hoping believe wish love loved appreciate appreciated appreciation gladly",
    "happy glad pleasure eager valuable value useful meaningful personally personal difficult environment idea ideas",
    "possible impossible currently present general generally overall various different several certain particular",
    "specific basic basics fundamental fundamentals advanced trend latest especially mainly mostly actually basically",
    "literally truly simply honestly hopefully soonest asap fine cool nice kind kindness bright shine star rocket",
    "forward ahead far full true real effort benefit continue continuing stay join joining happen bring deal handle",
    "manage managed tired bored nervous afraid scared back end home town country abroad overseas foreign city family",
    "parents child childhood age young old hear heard anyone highly extremely deeply sincerely promise gain acquire",
    "obtain choose",
)

# Things to do in a session. Nouns that stand for the deed ("debrief", "mock interview") count too.
ACTIONS = _words(
    "review revise rehearse practise practice rehearsal explain clarify decide compare plan read reread check mark",
    "show demonstrate choose pick select rewrite write reword rephrase translate sharpen critique criticise criticize",
    "debrief create make replay simulate simulation quiz grill drill test mock prepare prep hear listen cut trim",
    "shorten strike cross map sketch draw name list rank prioritise prioritize order sort estimate negotiate edit",
    "correct proofread fix repair teach play roleplay interview interrogate grade score judge assess evaluate verify",
    "validate retell turn build draft structure restructure outline walk challenge feedback verdict polish summarise",
    "summarize calculate debug dissect weigh identify define spot describe stop watch adapt tailor match analyse",
    "analyze comment annotate examine inspect discard drop remove delete remake redo reframe convert reshape tear",
    "scrutinise scrutinize audit study solve improve roast tweak update pinpoint diagnose replan rebuild redesign act",
)
ACTION_PHRASES = _phrases(
    "look at | look through | look over | look into | go through | go over | walk through | run through",
    "talk through | work through | think through | think over | read through | role play | put together",
    "write down | write up | set up | work out | figure out | point out | ask me | stop me | tell apart",
    "break down | second opinion",
)
# Phrases with the object between: "take one page of my packet apart".
SPLIT_PHRASES = _phrases(
    "take apart | tear apart | put into | pull apart | turn into | translate into",
)

# Things that can lie on the table between two people.
ARTEFACTS = _words(
    "cv cvs resume résumé resumes portfolio advert adverts ad ads posting application applications letter interview",
    "interviews panel case packet document dossier dissertation page statement narrative story stories example",
    "examples answer answers presentation pitch slides slide deck contract offer offers repository repo code script",
    "notebook reel demo project projects sample samples clipping clippings essay proposal abstract thesis profile",
    "linkedin github website list spreadsheet sheet budget diagram report paper draft appraisal talk conversation",
    "speech meeting reference references certificate certificates diploma licence license agenda email lesson unit",
    "syllabus course courses map chapter dataset pipeline drawing drawings template form",
)
# Of these, what is also only a wish to talk: a thing to rehearse or to plan, nothing by itself.
TALKS = _words("talk conversation speech meeting")

QUESTION_WORDS = _words("how which what whether where who whom whose why when wich wether wat if")
KNOWING = _words("know knew understand see tell sure unsure idea clue idk dont don't clear")
QUESTION_STARTS = _words("is are do does did should can could would will has have am was were shall must may")
POLITE_AFTER = _words("you u anyone somebody someone anybody we it there")

# What says nothing to a mentor, in single spaces and without punctuation.
LAZY_PHRASES = _phrases(
    "be my mentor | become my mentor | being my mentor | mentor me | my mentor | need a mentor | want a mentor",
    "looking for a mentor | find a mentor | an experienced mentor | a good mentor | pick your brain | any advice",
    "some advice | general advice | career advice | any tips | some tips | any tip | tips for | any help",
    "any guidance | some guidance | any suggestions | tips or suggestions | any insights | valuable insights",
    "guide me | coach me | inspire me | motivate me | support me in | need help | please help | help me please",
    "help me out | help me with my career | help with my career | help in my career | help me grow",
    "help me to grow | help me succeed | would love to connect | love to connect | like to connect",
    "want to connect | let's connect | lets connect | let's chat | lets chat | quick chat | have a chat",
    "a quick call | share your experience | your experience | your journey | your story | your career path",
    "career path | next level | best version | follow in your | sounding board | in general | refer me",
    "give me a job | find me a job | get me a job | give me job | open doors | long term relationship",
    "someone like me | everything about | anything is fine | anything helps | roadmap | road map",
    "earn more money | learn from you | whatever you think | where do i start | where to start | what should i do",
    "get a job | get job | find a job | get promoted | get promotion | get into tech | break into tech",
    "your wisdom | your footsteps | my full potential | my options | my purpose | hearing from you",
    "hear from you | open to anything",
)

# A goal that names nothing.
NO_TARGET = _words(
    "any anything something everything whatever none nothing nil na tbd unknown unsure idk new job jobs work role",
    "good better best other another different position career open to all various not sure yet a an the in at of or",
    "some n test todo xxx",
)

MONTHS = _words(
    "january february april june july august september october november december jan feb mar apr jun jul aug sep sept",
    "oct nov dec",
)
# Also a verb, a modal, a word for walking: a month only after a preposition or beside a number.
MONTHS_AND_WORDS = _words("march may")
DAYS = _words(
    "monday tuesday wednesday thursday friday saturday sunday tue tues thu thurs fri weekend christmas easter",
    "ramadan eid diwali midsummer",
)
SOON = _words("tomorrow tonight")
SEASONS = _words(
    "spring summer autumn fall winter semester term quarter panel round interview deadline start q1 q2 q3 q4"
)
UNITS = _words("day days week weeks month months fortnight quarter year years night morning hour hours")
NUMBERS = _words("a an one two three four five six seven eight nine ten twelve few couple the")
COUNTS = _words("two three four five six seven eight nine ten twelve")
BEFORE_DATE = _words("by before until till til within in on next this due after end early late mid of for from")
AGO = _words("since last ago past previous")
TIME_UNITS = _words("min mins minute minutes hour hours hr hrs h")
