//! Templates of file names, for rows without the column `name`.

use serde_json::Value;

use super::error::TemplateError;
use super::file_name::NameKind;
use super::job::Job;
use super::job_file::nest;
use crate::finding::did_you_mean;
use crate::locale::Locale;
use crate::resolve::{JobData, data_names};
use crate::template::{Context, DayFormat, Engine, Mistake, Names, Template, ValueFormat};

/// Default name template. Files sort like the rows of the job file, and no patient is named.
pub const DEFAULT_TEMPLATE: &str = "{{row}}-{{handout}}";
/// Maximum length of a template. The journal stores it.
const MAX_BYTES: usize = 4096;
/// Names that a template may use besides the row's data.
const OWN_NAMES: [&str; 5] = ["row", "handout", "clinic", "language", "copies"];

/// Template of file names.
pub struct NameTemplate {
    pub source: String,
    template: Template,
    engine: Engine,
}

impl NameTemplate {
    /// Parses a template.
    pub fn new(source: &str) -> Result<NameTemplate, TemplateError> {
        if source.len() > MAX_BYTES {
            let message = format!("it has more than {MAX_BYTES} bytes");
            return Err(TemplateError::Syntax(message));
        }
        let syntax = |mistake: &Mistake| TemplateError::Syntax(mistake.finding.message.clone());
        let template = Template::parse(source).map_err(|mistake| syntax(&mistake))?;
        if let Some(mistake) = template.unsupported() {
            return Err(syntax(mistake));
        }
        let engine = Engine::new(ValueFormat {
            locale: Locale::of("en"),
            or: "or".to_owned(),
            and: "and".to_owned(),
            days: DayFormat::Iso,
        });
        Ok(NameTemplate {
            source: source.to_owned(),
            template,
            engine,
        })
    }

    /// Returns whether its names are those that the program chooses.
    pub(super) fn kind(&self) -> NameKind {
        match self.source == DEFAULT_TEMPLATE {
            true => NameKind::Default,
            false => NameKind::Chosen,
        }
    }

    /// Checks that the columns of a job file have all names in the template.
    pub fn check(&self, columns: &[String]) -> Result<(), TemplateError> {
        let mut data = JobData::new();
        for column in columns {
            // The header has been checked.
            let _ = nest(&mut data, column, Value::String("x".to_owned()));
        }
        data.extend(OWN_NAMES.map(|name| (name.to_owned(), Value::Null)));
        self.check_names(&Value::Object(data))
    }

    /// Returns the name of a row, which may not be safe yet.
    pub fn render(&self, row: u32, job: &Job) -> Result<String, TemplateError> {
        let own = [
            Value::from(format!("{row:06}")),
            Value::from(job.handouts.join("+")),
            Value::from(job.clinic.clone()),
            Value::from(job.options.language.clone()),
            Value::from(job.copies),
        ];
        let mut data = job.data.clone();
        data.extend(OWN_NAMES.map(str::to_owned).into_iter().zip(own));
        let values = Value::Object(data);
        self.check_names(&values)?;
        let pieces = self
            .template
            .render(&self.engine, &Context::from(values))
            .map_err(|_| TemplateError::Render)?;
        Ok(pieces.iter().map(|piece| &*piece.text).collect())
    }

    fn check_names(&self, values: &Value) -> Result<(), TemplateError> {
        let names = Names {
            context: values,
            job_data: &[],
            declared: &[],
        };
        let mistakes = self.template.check(names).err().unwrap_or_default();
        match mistakes.into_iter().next() {
            None => Ok(()),
            Some(mistake) => {
                let name = self.source[mistake.range].to_owned();
                let mut known = Vec::new();
                data_names(
                    values.as_object().unwrap_or(&JobData::new()),
                    "",
                    &mut known,
                );
                let own = OWN_NAMES.map(str::to_owned);
                known.retain(|name| !own.contains(name));
                let known = [own.to_vec(), known].concat();
                let help = did_you_mean(&name, known.iter().map(String::as_str));
                let help = help.unwrap_or_else(|| format!("there are {}", known.join(", ")));
                Err(TemplateError::Unknown(name, help))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::file_name::FileNames;
    use crate::leaflet::Format;
    use crate::request_options::RequestOptions;

    #[test]
    fn template_knows_row_handout_and_data() {
        let job = Job {
            handouts: vec!["sleep".to_owned(), "brain-fog".to_owned()],
            clinic: None,
            options: RequestOptions::default(),
            need: None,
            copies: 2,
            has_copies: true,
            name: None,
            data: serde_json::from_str(r#"{"patient": {"id": "7&9"}}"#).unwrap(),
            data_names: ["patient.id".to_owned()].into(),
            faulty: Vec::new(),
        };
        let render = |source: &str| NameTemplate::new(source).unwrap().render(17, &job);
        assert_eq!(render(DEFAULT_TEMPLATE).unwrap(), "000017-sleep+brain-fog");
        assert_eq!(
            render("{{patient.id}} {{handout}} {{row}}").unwrap(),
            "7&9 sleep+brain-fog 000017"
        );
        assert!(
            matches!(render("{{patient.ids}}"), Err(TemplateError::Unknown(name, _)) if name == "patient.ids")
        );
        assert!(matches!(
            NameTemplate::new("{{row"),
            Err(TemplateError::Syntax(_))
        ));
        // However much a template repeats, a name ends.
        let flood = "{{#each patient}}".to_owned() + &"{{this}}".repeat(500) + "{{/each}}";
        let wanted = render(&flood).unwrap();
        let name = FileNames::default().assign(17, &wanted, NameKind::Chosen, &[]);
        assert!(name.file("", Format::Pdf).len() < 130);
        assert!(matches!(
            NameTemplate::new("{{lookup patient \"id\"}}"),
            Err(TemplateError::Syntax(message)) if message == "there is no helper named `lookup`"
        ));
    }
}
