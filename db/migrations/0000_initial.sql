CREATE TYPE "public"."gender" AS ENUM('female', 'male', 'neutral');--> statement-breakpoint
CREATE TYPE "public"."message_status" AS ENUM('draft', 'saved');--> statement-breakpoint
CREATE TYPE "public"."speech_provider" AS ENUM('elevenlabs', 'espeak');--> statement-breakpoint
CREATE TYPE "public"."on_busy" AS ENUM('interrupt', 'after_current', 'drop');--> statement-breakpoint
CREATE TYPE "public"."play_status" AS ENUM('pending', 'delivered', 'playing', 'played', 'skipped');--> statement-breakpoint
CREATE TYPE "public"."priority" AS ENUM('emergency', 'live', 'scheduled', 'music');--> statement-breakpoint
CREATE TYPE "public"."skip_reason" AS ENUM('expired', 'preempted', 'dropped', 'muted', 'autoplay_blocked', 'file_missing', 'playback_failed', 'stopped', 'unpaired', 'unexplained');--> statement-breakpoint
CREATE TABLE "message" (
	"audio_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"status" "message_status" NOT NULL,
	"title" text NOT NULL,
	"text" text NOT NULL,
	"voice_id" uuid,
	"voice_name" text NOT NULL,
	"voice_settings" jsonb NOT NULL,
	"category_id" uuid,
	"sha256" text NOT NULL,
	"bytes" integer NOT NULL,
	"duration_ms" integer NOT NULL,
	"lufs" double precision NOT NULL,
	"true_peak_dbtp" double precision NOT NULL,
	"limiting_db" double precision NOT NULL,
	"warnings" jsonb NOT NULL,
	"peaks" jsonb NOT NULL,
	"created_by" text,
	"last_aired_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "speech" (
	"speech_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"content_sha256" text NOT NULL,
	"provider" "speech_provider" NOT NULL,
	"sha256" text NOT NULL,
	"alignment" jsonb,
	"characters_cost" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"used_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "voice" (
	"voice_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"provider" "speech_provider" NOT NULL,
	"provider_voice_id" text NOT NULL,
	"name" text NOT NULL,
	"gender" "gender" DEFAULT 'neutral' NOT NULL,
	"accent" text NOT NULL,
	"language" text NOT NULL,
	"settings" jsonb NOT NULL,
	"gain_db" double precision DEFAULT 0 NOT NULL,
	"is_default" boolean DEFAULT false NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"sample_sha256" text,
	"gone_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "account" (
	"id" text PRIMARY KEY NOT NULL,
	"accountId" text NOT NULL,
	"providerId" text NOT NULL,
	"userId" text NOT NULL,
	"accessToken" text,
	"refreshToken" text,
	"idToken" text,
	"accessTokenExpiresAt" timestamp with time zone,
	"refreshTokenExpiresAt" timestamp with time zone,
	"scope" text,
	"password" text,
	"createdAt" timestamp with time zone DEFAULT now() NOT NULL,
	"updatedAt" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "apikey" (
	"id" text PRIMARY KEY NOT NULL,
	"configId" text DEFAULT 'default' NOT NULL,
	"name" text,
	"start" text,
	"prefix" text,
	"key" text NOT NULL,
	"referenceId" text NOT NULL,
	"refillInterval" integer,
	"refillAmount" integer,
	"lastRefillAt" timestamp with time zone,
	"enabled" boolean DEFAULT true,
	"rateLimitEnabled" boolean DEFAULT false,
	"rateLimitTimeWindow" integer,
	"rateLimitMax" integer,
	"requestCount" integer DEFAULT 0,
	"remaining" integer,
	"lastRequest" timestamp with time zone,
	"expiresAt" timestamp with time zone,
	"permissions" text,
	"metadata" text,
	"createdAt" timestamp with time zone DEFAULT now() NOT NULL,
	"updatedAt" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "invitation" (
	"id" text PRIMARY KEY NOT NULL,
	"organizationId" text NOT NULL,
	"email" text NOT NULL,
	"role" text,
	"status" text DEFAULT 'pending' NOT NULL,
	"expiresAt" timestamp with time zone NOT NULL,
	"inviterId" text NOT NULL,
	"createdAt" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "member" (
	"id" text PRIMARY KEY NOT NULL,
	"organizationId" text NOT NULL,
	"userId" text NOT NULL,
	"role" text DEFAULT 'viewer' NOT NULL,
	"createdAt" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "organization" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"slug" text NOT NULL,
	"logo" text,
	"metadata" text,
	"createdAt" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "organization_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "rateLimit" (
	"id" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"count" integer NOT NULL,
	"lastRequest" bigint NOT NULL,
	CONSTRAINT "rateLimit_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "session" (
	"id" text PRIMARY KEY NOT NULL,
	"expiresAt" timestamp with time zone NOT NULL,
	"token" text NOT NULL,
	"ipAddress" text,
	"userAgent" text,
	"userId" text NOT NULL,
	"activeOrganizationId" text,
	"impersonatedBy" text,
	"createdAt" timestamp with time zone DEFAULT now() NOT NULL,
	"updatedAt" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "session_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "user" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"emailVerified" boolean DEFAULT false NOT NULL,
	"image" text,
	"role" text DEFAULT 'user',
	"banned" boolean DEFAULT false,
	"banReason" text,
	"banExpires" timestamp with time zone,
	"createdAt" timestamp with time zone DEFAULT now() NOT NULL,
	"updatedAt" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "user_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "verification" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expiresAt" timestamp with time zone NOT NULL,
	"createdAt" timestamp with time zone DEFAULT now() NOT NULL,
	"updatedAt" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "category" (
	"category_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"colour" text NOT NULL,
	"icon" text NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency" (
	"idempotency_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"key" text NOT NULL,
	"operation" text NOT NULL,
	"request_sha256" text NOT NULL,
	"response" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "store" (
	"store_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"name" text NOT NULL,
	"time_zone" text NOT NULL,
	"opening_hours" jsonb,
	"address" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "file" (
	"sha256" text PRIMARY KEY NOT NULL,
	"content_type" text NOT NULL,
	"bytes" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"stored_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "air" (
	"air_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"audio_id" uuid,
	"requested_by" text,
	"priority" "priority" NOT NULL,
	"on_busy" "on_busy" NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pairing" (
	"pairing_id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"secret_sha256" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"player_id" uuid,
	"approved_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "play" (
	"play_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"air_id" uuid,
	"player_id" uuid,
	"player_name" text NOT NULL,
	"store_name" text NOT NULL,
	"audio_id" uuid,
	"sha256" text NOT NULL,
	"duration_ms" integer NOT NULL,
	"title" text NOT NULL,
	"text" text NOT NULL,
	"priority" "priority" NOT NULL,
	"on_busy" "on_busy" NOT NULL,
	"status" "play_status" DEFAULT 'pending' NOT NULL,
	"reason" "skip_reason",
	"requested_by_name" text,
	"expires_at" timestamp with time zone NOT NULL,
	"delivered_at" timestamp with time zone,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"heard_ms" integer,
	"level_db" double precision,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "player" (
	"player_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"store_id" uuid NOT NULL,
	"name" text NOT NULL,
	"token_sha256" text NOT NULL,
	"volume" double precision DEFAULT 1 NOT NULL,
	"connection_id" uuid,
	"connected_at" timestamp with time zone,
	"last_seen_at" timestamp with time zone,
	"version" text,
	"status" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "message" ADD CONSTRAINT "message_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message" ADD CONSTRAINT "message_voice_id_voice_voice_id_fk" FOREIGN KEY ("voice_id") REFERENCES "public"."voice"("voice_id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message" ADD CONSTRAINT "message_category_id_category_category_id_fk" FOREIGN KEY ("category_id") REFERENCES "public"."category"("category_id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message" ADD CONSTRAINT "message_sha256_file_sha256_fk" FOREIGN KEY ("sha256") REFERENCES "public"."file"("sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message" ADD CONSTRAINT "message_created_by_user_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."user"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "speech" ADD CONSTRAINT "speech_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "speech" ADD CONSTRAINT "speech_sha256_file_sha256_fk" FOREIGN KEY ("sha256") REFERENCES "public"."file"("sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice" ADD CONSTRAINT "voice_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice" ADD CONSTRAINT "voice_sample_sha256_file_sha256_fk" FOREIGN KEY ("sample_sha256") REFERENCES "public"."file"("sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_userId_user_id_fk" FOREIGN KEY ("userId") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_organizationId_organization_id_fk" FOREIGN KEY ("organizationId") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_inviterId_user_id_fk" FOREIGN KEY ("inviterId") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "member_organizationId_organization_id_fk" FOREIGN KEY ("organizationId") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "member_userId_user_id_fk" FOREIGN KEY ("userId") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_userId_user_id_fk" FOREIGN KEY ("userId") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "category" ADD CONSTRAINT "category_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency" ADD CONSTRAINT "idempotency_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "store" ADD CONSTRAINT "store_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "air" ADD CONSTRAINT "air_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "air" ADD CONSTRAINT "air_audio_id_message_audio_id_fk" FOREIGN KEY ("audio_id") REFERENCES "public"."message"("audio_id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "air" ADD CONSTRAINT "air_requested_by_user_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."user"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pairing" ADD CONSTRAINT "pairing_player_id_player_player_id_fk" FOREIGN KEY ("player_id") REFERENCES "public"."player"("player_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "play" ADD CONSTRAINT "play_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "play" ADD CONSTRAINT "play_air_id_air_air_id_fk" FOREIGN KEY ("air_id") REFERENCES "public"."air"("air_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "play" ADD CONSTRAINT "play_player_id_player_player_id_fk" FOREIGN KEY ("player_id") REFERENCES "public"."player"("player_id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "play" ADD CONSTRAINT "play_audio_id_message_audio_id_fk" FOREIGN KEY ("audio_id") REFERENCES "public"."message"("audio_id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "player" ADD CONSTRAINT "player_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "player" ADD CONSTRAINT "player_store_id_store_store_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."store"("store_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "message_client_idx" ON "message" USING btree ("client_id","deleted_at","created_at");--> statement-breakpoint
CREATE INDEX "message_sha256_idx" ON "message" USING btree ("sha256");--> statement-breakpoint
CREATE UNIQUE INDEX "speech_content_idx" ON "speech" USING btree ("client_id","content_sha256");--> statement-breakpoint
CREATE INDEX "speech_sha256_idx" ON "speech" USING btree ("sha256");--> statement-breakpoint
CREATE INDEX "speech_used_idx" ON "speech" USING btree ("used_at");--> statement-breakpoint
CREATE UNIQUE INDEX "voice_client_provider_idx" ON "voice" USING btree ("client_id","provider","provider_voice_id");--> statement-breakpoint
CREATE INDEX "account_user_idx" ON "account" USING btree ("userId");--> statement-breakpoint
CREATE INDEX "apikey_key_idx" ON "apikey" USING btree ("key");--> statement-breakpoint
CREATE INDEX "apikey_reference_idx" ON "apikey" USING btree ("referenceId");--> statement-breakpoint
CREATE INDEX "invitation_organization_idx" ON "invitation" USING btree ("organizationId");--> statement-breakpoint
CREATE UNIQUE INDEX "member_organization_user_idx" ON "member" USING btree ("organizationId","userId");--> statement-breakpoint
CREATE INDEX "member_user_idx" ON "member" USING btree ("userId");--> statement-breakpoint
CREATE INDEX "session_user_idx" ON "session" USING btree ("userId");--> statement-breakpoint
CREATE INDEX "verification_identifier_idx" ON "verification" USING btree ("identifier");--> statement-breakpoint
CREATE UNIQUE INDEX "category_client_slug_idx" ON "category" USING btree ("client_id","slug");--> statement-breakpoint
CREATE UNIQUE INDEX "idempotency_key_idx" ON "idempotency" USING btree ("client_id","operation","key");--> statement-breakpoint
CREATE INDEX "idempotency_created_idx" ON "idempotency" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "store_client_idx" ON "store" USING btree ("client_id","name");--> statement-breakpoint
CREATE INDEX "file_stored_idx" ON "file" USING btree ("stored_at");--> statement-breakpoint
CREATE INDEX "air_client_idx" ON "air" USING btree ("client_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "pairing_code_idx" ON "pairing" USING btree ("code");--> statement-breakpoint
CREATE INDEX "pairing_expires_idx" ON "pairing" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "play_client_idx" ON "play" USING btree ("client_id","created_at");--> statement-breakpoint
CREATE INDEX "play_player_status_idx" ON "play" USING btree ("player_id","status");--> statement-breakpoint
CREATE INDEX "play_air_idx" ON "play" USING btree ("air_id");--> statement-breakpoint
CREATE INDEX "play_open_idx" ON "play" USING btree ("status","expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "player_token_idx" ON "player" USING btree ("token_sha256");--> statement-breakpoint
CREATE INDEX "player_client_idx" ON "player" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "player_store_idx" ON "player" USING btree ("store_id");