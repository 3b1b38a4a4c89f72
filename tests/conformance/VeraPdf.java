import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Validates files as PDF/UA-1 and PDF/A-2a with veraPDF. Exits with 1 if any fails.
 * One process for all files, because most of its time is start-up. */
class VeraPdf {
    public static void main(String[] files) {
        Logger.getLogger("").setLevel(Level.OFF);
        VeraGreenfieldFoundryProvider.initialise();
        int failures = 0;
        for (String file : files) {
            for (String name : List.of("ua1", "2a")) {
                for (String failure : judge(file, PDFAFlavour.fromString(name))) {
                    System.out.println(file + ": veraPDF " + name + ": " + failure);
                    failures++;
                }
            }
        }
        System.out.println("veraPDF: " + files.length + " files, " + failures + " failed checks");
        System.exit(failures == 0 && files.length > 0 ? 0 : 1);
    }

    /** Returns the failed checks of a file. A file that cannot be validated has failed. */
    static List<String> judge(String file, PDFAFlavour flavour) {
        List<String> failures = new ArrayList<>();
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(file), flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            for (TestAssertion check : result.getTestAssertions()) {
                if (check.getStatus() == TestAssertion.Status.FAILED) {
                    failures.add(check.getRuleId().getClause() + "-" + check.getRuleId().getTestNumber() + ": "
                            + check.getMessage() + "\n    at " + check.getLocation().getContext());
                }
            }
            if (!result.isCompliant() && failures.isEmpty()) {
                failures.add("not compliant: " + result.getFailedChecks());
            }
            if (result.getTotalAssertions() == 0) {
                failures.add("nothing was checked");
            }
        } catch (Exception error) {
            failures.add("cannot be validated: " + error);
        }
        return failures;
    }
}
