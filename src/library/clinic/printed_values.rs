//! The clinic's values that a text prints, such as its phone number.

use serde_json::{Value, json};

use super::Clinic;

impl Clinic {
    /// Returns the values that the tags of a text name, one a line, as in `clinic.vars.dose="5 mg"`. It is
    /// empty if there are none. A tag that opens a group of values counts as all of them.
    ///
    /// An approval covers these values: with other values, the text has other words.
    pub(crate) fn values_in(&self, text: &str) -> String {
        let tags = text.split("{{").skip(1);
        let tags = tags.map(|rest| rest.split("}}").next().unwrap_or_default());
        let tags: Vec<&str> = tags.filter(|tag| !tag.starts_with('!')).collect();
        if tags.is_empty() {
            return String::new();
        }
        let all = self.printable_values();
        let lines = tags.into_iter().flat_map(|tag| values_of_tag(&all, tag));
        let mut lines: Vec<String> = lines.collect();
        lines.sort();
        lines.dedup();
        lines.concat()
    }

    /// Returns the values that texts may name after `clinic.`, as they are in `clinic.yaml`.
    fn printable_values(&self) -> Value {
        json!({
            "name": self.facts.name,
            "department": self.facts.department,
            "phone": self.phones,
            "phones": self.phones,
            "email": self.email(),
            "website": self.website(),
            "address": self.facts.address,
            "hours": self.facts.hours,
            "emergency_number": self.facts.emergency_number,
            "crisis_line": self.facts.crisis_line,
            "imprint": self.facts.imprint,
            "vars": self.vars,
        })
    }
}

/// Returns the values that one tag names. `all` has the values that texts may name after `clinic.`.
fn values_of_tag(all: &Value, tag: &str) -> Vec<String> {
    let tag = tag.replace('/', ".").replace(['[', ']'], "");
    let is_of_name = |letter: char| letter.is_alphanumeric() || "_-.".contains(letter);
    let names = tag.split(|letter: char| !is_of_name(letter));
    let values = names.filter_map(|name| {
        let mut steps = name.split('.').skip_while(|step| *step != "clinic");
        steps.next()?;
        let (mut value, mut known) = (all, "clinic".to_owned());
        for step in steps {
            // An unknown name may be a part of the group that this does not read, so the group counts.
            let Some(inner) = value.get(step) else { break };
            value = inner;
            known = format!("{known}.{step}");
        }
        Some(format!("{known}={value}\n"))
    });
    values.collect()
}

#[cfg(test)]
mod tests {
    use crate::font::Faces;
    use crate::library::Clinic;

    #[test]
    fn values_in_tags_are_found() {
        let file = "name: C\nphone: 01632 960 777\nvars: { dose: 5 mg, place: Room 3 }\n";
        let files = [("clinic.yaml".to_owned(), file.as_bytes().to_vec())];
        let files = files.into_iter().collect();
        let clinic = Clinic::from_files(files, &Faces::bundled()).unwrap();
        let dose = "clinic.vars.dose=\"5 mg\"\n";
        let vars = "clinic.vars={\"dose\":\"5 mg\",\"place\":\"Room 3\"}\n";
        for (text, values) in [
            ("Our clinic.vars.dose, {{patient.clinic_name}}.", ""),
            ("{{! clinic.vars.dose }}", ""),
            ("Take {{clinic.vars.dose}}. {{ clinic.vars.dose }}", dose),
            ("{{#if (eq @root.clinic.vars.dose \"5 mg\")}}A{{/if}}", dose),
            ("{{clinic/vars/dose}} {{../clinic.[vars].dose}}", dose),
            ("{{#with clinic.vars}}{{dose}}{{/with}}", vars),
            ("{{clinic.vars.none}}", vars),
            (
                "{{phone clinic.phone}}",
                "clinic.phone=[\"01632 960 777\"]\n",
            ),
        ] {
            assert_eq!(clinic.values_in(text), values, "{text}");
        }
    }
}
