package dev.artserver;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.onlyDependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Who may import whom. A change of this table is a design decision with its reason in
/// docs/decisions/.
class RoomsTest {
  private static final String ROOT = "dev.artserver.";

  /// Room to the rooms it may import. `x.adapter` means every subroom of x.
  private static final Map<String, List<String>> ROOMS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("model", List.of()),
              Map.entry("flow", List.of()),
              Map.entry("wire", List.of("model")),
              Map.entry("store", List.of("model")),
              Map.entry("store.adapter", List.of("store", "model", "wire")),
              Map.entry("provider", List.of("model", "flow")),
              Map.entry("provider.adapter", List.of("provider", "model", "flow", "wire")),
              Map.entry("tool", List.of("model", "flow")),
              Map.entry("tool.adapter", List.of("tool", "model", "flow")),
              Map.entry("agent", List.of("model")),
              Map.entry("stream", List.of("model", "flow")),
              Map.entry("admission", List.of("model", "flow")),
              Map.entry(
                  "thread",
                  List.of(
                      "model",
                      "flow",
                      "store",
                      "provider",
                      "tool",
                      "agent",
                      "stream",
                      "admission")),
              Map.entry("observe", List.of("model", "stream", "admission", "provider")),
              Map.entry("bench", List.of("bench.adapter")),
              Map.entry("bench.adapter", List.of()),
              Map.entry("http", List.of("model", "wire", "stream", "thread", "observe"))));

  /// `app` may import every other room. Inner room of it to the inner rooms it may import; `app`
  /// itself may import all of them.
  private static final Map<String, List<String>> INNER_ROOMS_OF_APP =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("app.config", List.of()),
              Map.entry("app.logging", List.of()),
              Map.entry("app.settings", List.of("app.config", "app.logging")),
              Map.entry("app.server", List.of("app.config", "app.settings")),
              Map.entry("app.demo", List.of("app.server")),
              Map.entry("app.probe", List.of("app.config", "app.settings", "app.server")),
              Map.entry(
                  "app.command",
                  List.of(
                      "app.config",
                      "app.logging",
                      "app.settings",
                      "app.server",
                      "app.demo",
                      "app.probe"))));

  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.artserver");

  @TestFactory
  Stream<DynamicTest> each_room_imports_only_what_the_table_allows() {
    return ROOMS.entrySet().stream()
        .map(room ->
            DynamicTest.dynamicTest(
                room.getKey(),
                () ->
                    classes()
                        .that(resideInAnyPackage(packagesOf(room.getKey())))
                        .should(onlyDependOnClassesThat(allowed(room.getKey(), room.getValue())))
                        .allowEmptyShould(true)
                        .check(PRODUCT)));
  }

  @TestFactory
  Stream<DynamicTest> each_inner_room_of_app_imports_only_what_its_table_allows() {
    return INNER_ROOMS_OF_APP.entrySet().stream()
        .map(room ->
            DynamicTest.dynamicTest(
                room.getKey(),
                () ->
                    classes()
                        .that(resideInAnyPackage(packagesOf(room.getKey())))
                        .should(
                            onlyDependOnClassesThat(
                                DescribedPredicate.or(
                                    DescribedPredicate.not(resideInAnyPackage(ROOT + "app..")),
                                    allowed(room.getKey(), room.getValue()))))
                        .check(PRODUCT)));
  }

  @Test
  void every_class_stands_in_a_room_of_the_table() {
    List<String> known = new ArrayList<>(List.of(ROOT + "app"));
    INNER_ROOMS_OF_APP.keySet().forEach(room -> known.addAll(List.of(packagesOf(room))));
    ROOMS.keySet().forEach(room -> known.addAll(List.of(packagesOf(room))));

    classes().should().resideInAnyPackage(known.toArray(String[]::new)).check(PRODUCT);
  }

  private static DescribedPredicate<JavaClass> allowed(String room, List<String> imports) {
    List<String> packages = new ArrayList<>(List.of(packagesOf(room)));
    imports.forEach(imported -> packages.addAll(List.of(packagesOf(imported))));
    DescribedPredicate<JavaClass> ours = resideInAnyPackage("dev.artserver..");
    return DescribedPredicate.or(
        DescribedPredicate.not(ours), resideInAnyPackage(packages.toArray(String[]::new)));
  }

  private static String[] packagesOf(String room) {
    return room.endsWith(".adapter")
        ? new String[] {ROOT + room.replace(".adapter", ".(*)..")}
        : new String[] {ROOT + room};
  }
}
