//! Tags of languages (BCP 47), as in `en`, `en-GB` or `sr-Latn-RS`.

/// Languages with a tag of two letters (ISO 639-1), each with its tags of three letters (ISO 639-2). BCP 47
/// allows only the tag of two letters.
const LANGUAGES: &str = "aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara as:asm av:ava ay:aym az:aze ba:bak \
    be:bel bg:bul bh:bih bi:bis bm:bam bn:ben bo:bod:tib br:bre bs:bos ca:cat ce:che ch:cha co:cos \
    cr:cre cs:ces:cze cu:chu cv:chv cy:cym:wel da:dan de:deu:ger dv:div dz:dzo ee:ewe el:ell:gre \
    en:eng eo:epo es:spa et:est eu:eus:baq fa:fas:per ff:ful fi:fin fj:fij fo:fao fr:fra:fre fy:fry \
    ga:gle gd:gla gl:glg gn:grn gu:guj gv:glv ha:hau he:heb hi:hin ho:hmo hr:hrv ht:hat hu:hun \
    hy:hye:arm hz:her ia:ina id:ind ie:ile ig:ibo ii:iii ik:ipk io:ido is:isl:ice it:ita iu:iku \
    ja:jpn jv:jav ka:kat:geo kg:kon ki:kik kj:kua kk:kaz kl:kal km:khm kn:kan ko:kor kr:kau ks:kas \
    ku:kur kv:kom kw:cor ky:kir la:lat lb:ltz lg:lug li:lim ln:lin lo:lao lt:lit lu:lub lv:lav \
    mg:mlg mh:mah mi:mri:mao mk:mkd:mac ml:mal mn:mon mr:mar ms:msa:may mt:mlt my:mya:bur na:nau \
    nb:nob nd:nde ne:nep ng:ndo nl:nld:dut nn:nno no:nor nr:nbl nv:nav ny:nya oc:oci oj:oji om:orm \
    or:ori os:oss pa:pan pi:pli pl:pol ps:pus pt:por qu:que rm:roh rn:run ro:ron:rum ru:rus rw:kin \
    sa:san sc:srd sd:snd se:sme sg:sag sh:hbs si:sin sk:slk:slo sl:slv sm:smo sn:sna so:som \
    sq:sqi:alb sr:srp ss:ssw st:sot su:sun sv:swe sw:swa ta:tam te:tel tg:tgk th:tha ti:tir tk:tuk \
    tl:tgl tn:tsn to:ton tr:tur ts:tso tt:tat tw:twi ty:tah ug:uig uk:ukr ur:urd uz:uzb ve:ven \
    vi:vie vo:vol wa:wln wo:wol xh:xho yi:yid yo:yor za:zha zh:zho:chi zu:zul";

/// Countries (ISO 3166-1), each with its code of three letters.
const COUNTRIES: &str = "AD:AND AE:ARE AF:AFG AG:ATG AI:AIA AL:ALB AM:ARM AO:AGO AQ:ATA AR:ARG AS:ASM AT:AUT AU:AUS \
    AW:ABW AX:ALA AZ:AZE BA:BIH BB:BRB BD:BGD BE:BEL BF:BFA BG:BGR BH:BHR BI:BDI BJ:BEN BL:BLM \
    BM:BMU BN:BRN BO:BOL BQ:BES BR:BRA BS:BHS BT:BTN BV:BVT BW:BWA BY:BLR BZ:BLZ CA:CAN CC:CCK \
    CD:COD CF:CAF CG:COG CH:CHE CI:CIV CK:COK CL:CHL CM:CMR CN:CHN CO:COL CR:CRI CU:CUB CV:CPV \
    CW:CUW CX:CXR CY:CYP CZ:CZE DE:DEU DJ:DJI DK:DNK DM:DMA DO:DOM DZ:DZA EC:ECU EE:EST EG:EGY \
    EH:ESH ER:ERI ES:ESP ET:ETH FI:FIN FJ:FJI FK:FLK FM:FSM FO:FRO FR:FRA GA:GAB GB:GBR GD:GRD \
    GE:GEO GF:GUF GG:GGY GH:GHA GI:GIB GL:GRL GM:GMB GN:GIN GP:GLP GQ:GNQ GR:GRC GS:SGS GT:GTM \
    GU:GUM GW:GNB GY:GUY HK:HKG HM:HMD HN:HND HR:HRV HT:HTI HU:HUN ID:IDN IE:IRL IL:ISR IM:IMN \
    IN:IND IO:IOT IQ:IRQ IR:IRN IS:ISL IT:ITA JE:JEY JM:JAM JO:JOR JP:JPN KE:KEN KG:KGZ KH:KHM \
    KI:KIR KM:COM KN:KNA KP:PRK KR:KOR KW:KWT KY:CYM KZ:KAZ LA:LAO LB:LBN LC:LCA LI:LIE LK:LKA \
    LR:LBR LS:LSO LT:LTU LU:LUX LV:LVA LY:LBY MA:MAR MC:MCO MD:MDA ME:MNE MF:MAF MG:MDG MH:MHL \
    MK:MKD ML:MLI MM:MMR MN:MNG MO:MAC MP:MNP MQ:MTQ MR:MRT MS:MSR MT:MLT MU:MUS MV:MDV MW:MWI \
    MX:MEX MY:MYS MZ:MOZ NA:NAM NC:NCL NE:NER NF:NFK NG:NGA NI:NIC NL:NLD NO:NOR NP:NPL NR:NRU \
    NU:NIU NZ:NZL OM:OMN PA:PAN PE:PER PF:PYF PG:PNG PH:PHL PK:PAK PL:POL PM:SPM PN:PCN PR:PRI \
    PS:PSE PT:PRT PW:PLW PY:PRY QA:QAT RE:REU RO:ROU RS:SRB RU:RUS RW:RWA SA:SAU SB:SLB SC:SYC \
    SD:SDN SE:SWE SG:SGP SH:SHN SI:SVN SJ:SJM SK:SVK SL:SLE SM:SMR SN:SEN SO:SOM SR:SUR SS:SSD \
    ST:STP SV:SLV SX:SXM SY:SYR SZ:SWZ TC:TCA TD:TCD TF:ATF TG:TGO TH:THA TJ:TJK TK:TKL TL:TLS \
    TM:TKM TN:TUN TO:TON TR:TUR TT:TTO TV:TUV TW:TWN TZ:TZA UA:UKR UG:UGA UM:UMI US:USA UY:URY \
    UZ:UZB VA:VAT VC:VCT VE:VEN VG:VGB VI:VIR VN:VNM VU:VUT WF:WLF WS:WSM YE:YEM YT:MYT ZA:ZAF \
    ZM:ZMB ZW:ZWE";

/// Tags that people write, and the right ones.
const SLIPS: [(&str, &str); 12] = [
    ("cn", "zh"),
    ("cz", "cs"),
    ("dk", "da"),
    ("gr", "el"),
    ("in", "id"),
    ("iw", "he"),
    ("ji", "yi"),
    ("jp", "ja"),
    ("jw", "jv"),
    ("kr", "ko"),
    ("se", "sv"),
    ("ua", "uk"),
];

/// Returns whether a text is a valid language tag with the usual capitals, as in `sv` or `pt-BR`.
pub(crate) fn is_language(text: &str) -> bool {
    let mut parts = text.split('-').peekable();
    let is_lower = |part: &str| part.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let is_language = |part: &str| {
        is_lower(part)
            && match part.len() {
                2 => two_letters(part).is_some(),
                // There are thousands of these.
                3 => shorter(part).is_none(),
                _ => false,
            }
    };
    let is_script = |part: &str| {
        let (first, rest) = part.split_at_checked(1).unwrap_or_default();
        part.len() == 4 && first.bytes().all(|byte| byte.is_ascii_uppercase()) && is_lower(rest)
    };
    let is_country = |part: &str| {
        part.len() == 3 && is_digits(part) || part.len() == 2 && country(part) == Some(part)
    };
    let is_variant = |part: &str| {
        let is_long = (5..=8).contains(&part.len());
        let is_short = part.len() == 4 && part.starts_with(|first: char| first.is_ascii_digit());
        (is_long || is_short) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if !parts.next().is_some_and(is_language) {
        return false;
    }
    parts.next_if(|part| is_script(part));
    parts.next_if(|part| is_country(part));
    parts.all(is_variant)
}

/// Returns the valid tag that a wrong one means: `en-GB` for `EN_uk`, `de` for `ger`.
pub(crate) fn nearest_language(text: &str) -> Option<String> {
    let lower = text.trim().to_ascii_lowercase().replace(['_', ' '], "-");
    let mut parts = lower.split('-');
    let first = parts.next()?;
    let slip = SLIPS.iter().find(|(slip, _)| *slip == first);
    // `se` is also the tag of Northern Sami.
    let language = two_letters(first)
        .or_else(|| shorter(first))
        .or_else(|| slip.map(|(_, right)| *right))?;
    let countries = parts.filter_map(|part| match part {
        "uk" => Some("GB"),
        part => country(&part.to_ascii_uppercase()),
    });
    Some(match { countries }.next() {
        Some(country) => format!("{language}-{country}"),
        None => language.to_owned(),
    })
}

/// Returns the help for a text that is no valid tag.
pub(crate) fn language_help(text: &str) -> String {
    match nearest_language(text).filter(|tag| tag != text) {
        Some(tag) => format!("did you mean `{tag}`?"),
        None => "write it as in `en`, or with a country as in `en-GB`".to_owned(),
    }
}

fn two_letters(tag: &str) -> Option<&'static str> {
    let mut languages = LANGUAGES.split(' ');
    languages.find_map(|line| line.split(':').next().filter(|known| *known == tag))
}

/// Returns the two letters for a tag of three.
fn shorter(tag: &str) -> Option<&'static str> {
    let mut languages = LANGUAGES.split(' ');
    languages.find_map(|line| {
        let mut tags = line.split(':');
        let short = tags.next()?;
        tags.any(|long| long == tag).then_some(short)
    })
}

/// Returns the two letters of a country, from two or three.
fn country(code: &str) -> Option<&'static str> {
    let mut countries = COUNTRIES.split(' ');
    countries.find_map(|line| {
        let short = line.split(':').next()?;
        line.split(':').any(|known| known == code).then_some(short)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_tags_are_those_of_bcp_47() {
        for tag in [
            "en",
            "sv",
            "nb",
            "se",
            "pt-BR",
            "zh-Hant",
            "zh-Hant-TW",
            "es-419",
            "yue",
            "de-CH-1996",
            "sl-rozaj",
            "ca-valencia",
            "sr-Latn-RS",
            "ckb",
        ] {
            assert!(is_language(tag), "{tag}");
        }
        for (tag, right) in [
            ("en-UK", "en-GB"),
            ("en-gb", "en-GB"),
            ("EN", "en"),
            ("eng", "en"),
            ("ger", "de"),
            ("deu", "de"),
            ("en-12", "en"),
            ("en-GBR", "en-GB"),
            ("en-GB-oed", "en-GB"),
            ("pt_br", "pt-BR"),
            ("cz", "cs"),
            ("en-XX", "en"),
            ("en-", "en"),
        ] {
            assert!(!is_language(tag), "{tag}");
            assert_eq!(nearest_language(tag).as_deref(), Some(right), "{tag}");
        }
        for tag in ["xx", "", "-", "english", "1", "é"] {
            assert!(!is_language(tag), "{tag}");
            assert_eq!(nearest_language(tag), None, "{tag}");
        }
    }
}
