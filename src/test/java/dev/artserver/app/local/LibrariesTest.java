package dev.artserver.app.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class LibrariesTest {
  /// An image does not have them.
  @Test
  void only_the_classes_of_services_need_libraries_that_a_server_does_not_have() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(LocalPostgres.class, LocalRedis.class)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.zonky..", "redis.embedded..")
        .check(
            new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.artserver"));
  }
}
