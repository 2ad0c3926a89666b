// Delivery addresses: kept by clients, given to deals, and at a courier what marketplaces have announced.
import type { Migration } from './migration.js';

export const addressesMigration: Migration = {
  name: '105-addresses',
  up: (sql) =>
    sql(`create table kept_address (
      id text primary key,
      person text not null,
      recipient text not null,
      address text not null,
      phone text,
      at bigint not null
    );
    create index on kept_address (person, at);
    create table deal_address (
      deal text not null,
      buyer text not null,
      recipient text not null,
      address text not null,
      phone text,
      changed_at bigint not null,
      announced text not null check (announced in ('waiting', 'announced', 'late')),
      failures int not null,
      try_at bigint not null,
      primary key (deal, buyer)
    );
    create index on deal_address (try_at) where announced = 'waiting';
    create table parcel_address (
      deal text primary key,
      seller text not null,
      recipient text not null,
      address text not null,
      phone text,
      changed_at bigint not null
    );`),
};
