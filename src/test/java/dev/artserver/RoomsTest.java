package dev.artserver;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.conditions.ArchConditions.onlyDependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
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

  /// Room to the rooms it may import. `x.adapter` means every subroom of x without a row of its
  /// own.
  private static final Map<String, List<String>> ROOMS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("model", List.of()),
              Map.entry("flow", List.of()),
              Map.entry("wire", List.of("model")),
              Map.entry("store", List.of("model")),
              Map.entry("store.adapter", List.of("store", "model", "wire")),
              Map.entry("provider", List.of("model", "flow")),
              Map.entry("provider.quota", List.of("provider", "model", "flow")),
              Map.entry("provider.key", List.of("provider", "provider.quota", "model", "flow")),
              Map.entry(
                  "provider.call",
                  List.of("provider", "provider.quota", "provider.key", "model", "flow")),
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
                        .that(standIn(room.getKey()))
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
                        .that(standIn(room.getKey()))
                        .should(
                            onlyDependOnClassesThat(
                                DescribedPredicate.or(
                                    DescribedPredicate.not(resideInAnyPackage(ROOT + "app..")),
                                    allowed(room.getKey(), room.getValue()))))
                        .check(PRODUCT)));
  }

  @Test
  void every_class_stands_in_a_room_of_the_table() {
    DescribedPredicate<JavaClass> known = standIn("app");
    for (String room : ROOMS.keySet()) {
      known = known.or(standIn(room));
    }
    for (String room : INNER_ROOMS_OF_APP.keySet()) {
      known = known.or(standIn(room));
    }

    classes().should(be(known)).check(PRODUCT);
  }

  private static DescribedPredicate<JavaClass> allowed(String room, List<String> imports) {
    DescribedPredicate<JavaClass> allowed = not(resideInAnyPackage("dev.artserver.."));
    allowed = allowed.or(standIn(room));
    for (String imported : imports) {
      allowed = allowed.or(standIn(imported));
    }
    return allowed;
  }

  private static DescribedPredicate<JavaClass> standIn(String room) {
    if (!room.endsWith(".adapter")) {
      return resideInAnyPackage(ROOT + room);
    }
    String outer = room.replace(".adapter", ".");
    String[] inner =
        ROOMS.keySet().stream()
            .filter(other -> other.startsWith(outer) && !other.equals(room))
            .map(other -> ROOT + other)
            .toArray(String[]::new);
    return resideInAnyPackage(ROOT + outer + "(*)..").and(not(resideInAnyPackage(inner)));
  }
}
