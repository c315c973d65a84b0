# syntax=docker/dockerfile:1
FROM eclipse-temurin:25-jdk AS build
WORKDIR /build
COPY .mvn .mvn
COPY mvnw pom.xml ./
COPY src src
RUN ./mvnw -q -B package -Dmaven.test.skip=true -Dspotless.check.skip=true

FROM eclipse-temurin:25-jre
RUN mkdir -p /var/lib/art && chown 10001:10001 /var/lib/art
WORKDIR /opt/art
COPY art LICENSE ./
COPY conf conf
COPY --from=build /build/target/lib target/lib
COPY --from=build /build/target/art-server.jar target/art-server.jar
# The JVM that will use the cache makes it, here and with this jar; it would refuse that of another.
RUN ./art train
# Inside a container only its own network sees these addresses. Nothing authenticates callers yet: publish the API
# as 127.0.0.1:8080:8080, and the management port not at all.
ENV ART_SERVER_HOST=0.0.0.0 ART_SERVER_MANAGEMENT_HOST=0.0.0.0 ART_STORE_DIRECTORY=/var/lib/art
VOLUME /var/lib/art
EXPOSE 8080 8081
USER 10001:10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/art/art"]
CMD ["serve"]
