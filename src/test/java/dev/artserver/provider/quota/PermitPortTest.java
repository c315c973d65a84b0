package dev.artserver.provider.quota;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.artserver.flow.Lane;
import dev.artserver.flow.PermitRequest;
import dev.artserver.flow.Permits;
import org.junit.jupiter.api.Test;

/// Calls know permits only by their port, so that another source changes nothing above it.
class PermitPortTest {
  private static final JavaClasses CALLS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.artserver.provider.call", "dev.artserver.provider.key");

  @Test
  void only_the_wiring_knows_what_is_behind_the_port() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Quotas")
        .and()
        .doNotHaveSimpleName("LocalProviders")
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(Quota.class, LocalClaim.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Permits.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Lane.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(PermitRequest.class)
        .check(CALLS);
  }
}
